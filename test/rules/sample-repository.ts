import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = dirname(dirname(__dirname));

/** A small repository with the real configuration files, in which a tool can be seen to find what it must find. */
export class SampleRepository {
  readonly path: string;

  constructor(configurations: readonly string[]) {
    mkdirSync(join(root, '.cache'), { recursive: true });
    this.path = mkdtempSync(join(root, '.cache', 'rules-'));
    for (const name of configurations) copyFileSync(join(root, name), join(this.path, name));
    this.write('package.json', JSON.stringify(manifest));
    this.write('tsconfig.json', JSON.stringify(tsconfig));
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.path, path)), { recursive: true });
    writeFileSync(join(this.path, path), text);
  }

  /** What one of the repository's tools prints on stdout when it runs here, whatever its exit code. */
  run(tool: string, ...args: readonly string[]): string {
    const { stdout, error } = spawnSync(join(root, 'node_modules', '.bin', tool), args, {
      cwd: this.path,
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    });
    if (error !== undefined) throw error;
    return stdout;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

const manifest = {
  name: 'sample',
  private: true,
  imports: { '#libs/*': { source: './libs/*.ts', default: './dist/libs/*.js' } },
  dependencies: { zod: '*', pg: '*', typeorm: '*', '@nestjs/common': '*', '@nestjs/cqrs': '*' },
  devDependencies: { 'fast-check': '*', jest: '*' },
};

const tsconfig = {
  extends: '../../tsconfig.json',
  compilerOptions: { rootDir: '.', noEmit: true },
  include: ['apps', 'libs', 'test'],
};
