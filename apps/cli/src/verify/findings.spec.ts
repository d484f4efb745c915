import { jsonOutput, textOutput } from '../terminal/output';
import { Findings, type Difference } from './findings';

const gap = (number: number): Difference => ({
  kind: 'gap',
  where: `account-M${number}`,
  what: 'revision 3 is missing',
});
const claim: Difference = { kind: 'wrong-claim', where: 'account-M1', what: 'ticket:7 is held, but no fact takes it' };

const printing = (most?: number, make = textOutput) => {
  let out = '';
  const sink = { write: (text: string) => void (out += text) };
  const findings = new Findings(make({ out: sink, err: sink, nowMs: () => 0 }), most);
  return { findings, lines: () => out.split('\n').filter((line) => line !== '') };
};

it('has nothing to say where nothing was found', () => {
  const { findings, lines } = printing();
  expect([findings.total, findings.unprinted, lines()]).toEqual([0, [], []]);
});

it('prints each difference by kind and place, as it is found', () => {
  const { findings, lines } = printing();
  findings.report(gap(1));
  findings.report(claim);
  expect(lines()).toEqual([
    'gap  account-M1: revision 3 is missing',
    'wrong-claim  account-M1: ticket:7 is held, but no fact takes it',
  ]);
});

it('tells machines the same as fields', () => {
  const { findings, lines } = printing(50, jsonOutput);
  findings.report(claim);
  expect(lines().map((line) => JSON.parse(line) as unknown)).toEqual([{ event: 'difference', ...claim }]);
});

it('prints no more than a few of a kind, and counts all of them', () => {
  const { findings, lines } = printing(2);
  for (const number of [1, 2, 3, 4]) findings.report(gap(number));
  findings.report(claim);
  expect(lines()).toHaveLength(3);
  expect(findings.total).toBe(5);
  expect(findings.unprinted).toEqual(['gap: 2 more']);
});

it('counts without printing when it may print none', () => {
  const { findings, lines } = printing(0);
  for (let number = 0; number < 1_234; number += 1) findings.report(gap(number));
  expect(lines()).toEqual([]);
  expect(findings.unprinted).toEqual(['gap: 1,234 more']);
});
