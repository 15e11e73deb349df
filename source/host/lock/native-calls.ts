/** koffi calls C functions of the system's libraries. `koffi` itself is not installed: it runs an install script and
 * doubles the size on disk; its package for each platform is optional. */
import type koffiModule from '@koromix/koffi-linux-x64';

export type Koffi = typeof koffiModule;

/** @returns nothing if no package fits this platform. @throws if the package cannot be loaded. */
export async function loadKoffi(): Promise<Koffi | undefined> {
  return (await packages.get(`${process.platform} ${process.arch}`)?.())?.default;
}

const packages = new Map([
  ['linux x64', () => import('@koromix/koffi-linux-x64')],
  ['linux arm64', () => import('@koromix/koffi-linux-arm64')],
  ['darwin x64', () => import('@koromix/koffi-darwin-x64')],
  ['darwin arm64', () => import('@koromix/koffi-darwin-arm64')],
]);
