export { createHost as createDemoHost } from './host.ts';
