import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { channelOfLines, type ContractClient, CONTROL_FILE, ControlFile, createClient, Welcome } from '@shared/contract';

/** Nothing runs there, or not so that a command could be heard: for stderr. */
export class NotRunning extends Error {}

const CONNECT_MS = 10_000;

/** Speaks the contract with the program that runs on this data folder. Throws `NotRunning` in words. */
export async function connectToRunning(dataDir: string): Promise<ContractClient> {
  const file = await controlFile(dataDir);
  const socket = await open(file.path, dataDir);
  socket.setEncoding('utf8');
  const channel = channelOfLines(socket);
  await new Promise<void>((resolve, reject) => {
    const limit = setTimeout(() => settle(new NotRunning(`the program that runs with ${dataDir} does not answer`)), CONNECT_MS);
    const settle = (error?: Error): void => {
      clearTimeout(limit);
      offMessage();
      offClose();
      if (error === undefined) resolve();
      else {
        channel.close();
        reject(error);
      }
    };
    const offMessage = channel.onMessage((message) =>
      settle(Welcome.safeParse(message).success ? undefined : new NotRunning('what answers is no workstation')),
    );
    const offClose = channel.onClose(() => settle(new NotRunning(`the program that runs with ${dataDir} refused the command`)));
    channel.post({ token: file.token });
  });
  return createClient(channel, () => undefined);
}

async function controlFile(dataDir: string): Promise<ControlFile> {
  try {
    return ControlFile.parse(JSON.parse(await readFile(join(dataDir, CONTROL_FILE), 'utf8')));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'EACCES' || code === 'EPERM') throw new NotRunning(`the data folder ${dataDir} belongs to another user: only its owner can give commands`);
    throw new NotRunning(`no workstation runs with the data folder ${dataDir}`);
  }
}

function open(path: string, dataDir: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(socket));
    // left from a program that died
    socket.once('error', () => reject(new NotRunning(`no workstation runs with the data folder ${dataDir}`)));
  });
}
