import { isCardNumber } from './card-numbers';

/** By what a member can be found. */
export type IdentifierKind = 'card' | 'phone' | 'email';

/** A value in its one normal form, so that the same card, phone or address always reads the same. */
export interface Identifier {
  readonly kind: IdentifierKind;
  readonly value: string;
}

/** E.164: a plus sign and 7 to 15 digits, the first not 0. */
const E164 = /^\+[1-9]\d{6,14}$/;

/** What people write between the digits of a number. */
const SEPARATORS = /[\s().\-\u2010-\u2015]/g;

/** E.164, with the spaces, dots, hyphens and brackets people write removed; `undefined` when it is no such number. */
export const normalPhone = (text: string): string | undefined => {
  const digits = text.replace(SEPARATORS, '');
  return E164.test(digits) ? digits : undefined;
};

/** Lower case without spaces around. Whether it is an address at all is the edge's question. */
export const normalEmail = (text: string): string => text.trim().toLowerCase();

/** The digits of a card number as read or typed; `undefined` when length or check digit are wrong. */
export const normalCard = (text: string): string | undefined => {
  const digits = text.replace(SEPARATORS, '');
  return isCardNumber(digits) ? digits : undefined;
};

/**
 * What a text typed or scanned at the till can be: at most one of card, phone and e-mail, since a card has 16 digits,
 * a phone number begins with a plus, and only an address has an at sign. `undefined`: it can be no identifier.
 */
export const readIdentifier = (text: string): Identifier | undefined => {
  if (text.includes('@')) return { kind: 'email', value: normalEmail(text) };
  const phone = normalPhone(text);
  if (phone !== undefined) return { kind: 'phone', value: phone };
  const card = normalCard(text);
  return card === undefined ? undefined : { kind: 'card', value: card };
};
