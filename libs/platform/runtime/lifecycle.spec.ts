import { Lifecycle } from './lifecycle';

describe('the parts of a process', () => {
  const part = (name: string, notes: string[], broken?: 'start' | 'stop') => ({
    name,
    start: () => {
      notes.push(`+${name}`);
      if (broken === 'start') throw new Error(`${name} does not start`);
    },
    stop: async () => {
      notes.push(`-${name}`);
      if (broken === 'stop') throw new Error(`${name} does not stop`);
    },
  });

  it('start in order and stop in the opposite one', async () => {
    const notes: string[] = [];
    const parts = new Lifecycle([part('a', notes), part('b', notes)]);
    await parts.start();
    await parts.stop();
    await parts.stop();
    expect(notes).toEqual(['+a', '+b', '-b', '-a']);
  });

  it('stop again when one of them cannot start', async () => {
    const notes: string[] = [];
    const parts = new Lifecycle([part('a', notes), part('b', notes, 'start'), part('c', notes)]);
    await expect(parts.start()).rejects.toThrow('b does not start');
    expect(notes).toEqual(['+a', '+b', '-a']);
  });

  it('stop even when one of them does not', async () => {
    const notes: string[] = [];
    const parts = new Lifecycle([part('a', notes), part('b', notes, 'stop')]);
    await parts.start();
    await expect(parts.stop()).rejects.toBeInstanceOf(AggregateError);
    expect(notes).toEqual(['+a', '+b', '-b', '-a']);
  });
});
