// Preloaded into a parent that is to believe it runs on an old Node: node --import ./old-node.js bin/run.js ...
// Its child is started without this and sees the truth.
Object.defineProperty(process.versions, 'node', { value: '20.19.0' });
Object.defineProperty(process, 'version', { value: 'v20.19.0' });
