import { programmeDocument } from '../domain/document/checked-document';
import type { ProgrammeDocument, ProgrammeDraft } from '../domain/document/document';
import { autoClub } from './auto-club';
import { rentalClub } from './rental-club';
import { sandwichCard } from './sandwich-card';

/** A programme to start from. */
export type PresetCode = 'sandwich-card' | 'auto-club' | 'rental-club';

const drafts: Readonly<Record<PresetCode, ProgrammeDraft>> = {
  'sandwich-card': sandwichCard,
  'auto-club': autoClub,
  'rental-club': rentalClub,
};

/** The codes of all presets. */
export const presetCodes: readonly PresetCode[] = ['sandwich-card', 'auto-club', 'rental-club'];

/** Whether a text names a preset. */
export const isPresetCode = (text: string): text is PresetCode => presetCodes.some((code) => code === text);

/** The document of a preset, defaults filled in: a copy to change and publish. */
export const presetDocument = (code: PresetCode): ProgrammeDocument => programmeDocument.parse(drafts[code]);
