import { Undo } from './undo';

const opening = () => {
  const undo = new Undo();
  const closed: string[] = [];
  const open = (name: string, failure?: Error): string =>
    undo.add(name, async (opened) => {
      closed.push(opened);
      if (failure !== undefined) throw failure;
    });
  return { undo, closed, open };
};

it('closes the last opened first, once', async () => {
  const { undo, closed, open } = opening();
  expect([open('database'), open('store'), open('server')]).toEqual(['database', 'store', 'server']);
  await undo.all();
  await undo.all();
  expect(closed).toEqual(['server', 'store', 'database']);
});

it('closes the others when one does not close, and says so', async () => {
  const { undo, closed, open } = opening();
  open('database');
  open('store', new Error('stuck'));
  await expect(undo.all()).rejects.toThrow('stuck');
  expect(closed).toEqual(['store', 'database']);
});
