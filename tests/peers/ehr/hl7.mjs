// An HL7 v2 receiver over MLLP (Medplum's parser), with faults.
//
//   node hl7.mjs PORT-FILE      writes "MLLP-PORT CONTROL-PORT"
//
// POST / on the control port: {"script": ["AA", "drop", …]} one word a message, the last one stays; GET gives what came.
import net from 'node:net';
import { createServer } from 'node:http';
import { renameSync, writeFileSync } from 'node:fs';
import { Hl7Message } from '@medplum/core';

const [portFile] = process.argv.slice(2);
let script = ['AA'], got = [], broken = 0, sockets = 0;
const later = (ms) => new Promise((r) => setTimeout(r, ms));
const frame = (text, encoding = 'utf8') => Buffer.concat([Buffer.from([0x0b]), Buffer.from(text, encoding), Buffer.from('\x1c\r')]);

const manners = {
  drop: async (s) => s.destroy(),
  none: async () => {},
  half: async (s, msg) => { const b = frame(msg.buildAck({ ackCode: 'AA' }).toString()); s.write(b.subarray(0, b.length >> 1), () => s.destroy()); },
  other: async (s, msg) => { // an ACK for another message, then ours
    s.write(frame(msg.buildAck({ ackCode: 'AA' }).toString().replace(/MSA\|AA\|[^|\r]*/, 'MSA|AA|0000')));
    s.write(frame(msg.buildAck({ ackCode: 'AA' }).toString()));
  },
  wrong: async (s, msg) => s.write(frame(msg.buildAck({ ackCode: 'AA' }).toString().replace(/MSA\|AA\|[^|\r]*/, 'MSA|AA|0000'))),
  bytes: async (s, msg) => { for (const b of frame(msg.buildAck({ ackCode: 'AA' }).toString())) { s.write(Buffer.from([b])); await later(1); } },
  junk: async (s) => s.write(frame('HTTP/1.1 400 Bad Request')),
  both: async (s, msg) => { s.write(frame(msg.buildAck({ ackCode: 'CA' }).toString())); await later(20); s.write(frame(msg.buildAck({ ackCode: 'AA' }).toString())); },
  caonly: async (s, msg) => s.write(frame(msg.buildAck({ ackCode: 'CA' }).toString())),
  caae: async (s, msg) => { s.write(frame(msg.buildAck({ ackCode: 'CA' }).toString())); s.write(frame(msg.buildAck({ ackCode: 'AE' }).toString())); },
  packet: async (s, msg) => s.write(Buffer.concat([frame('MSH|^~\\&|X\rMSA|AA|old'), frame(msg.buildAck({ ackCode: 'AA' }).toString())])),
  latin: async (s, msg) => s.write(frame(msg.buildAck({ ackCode: 'AE' }).toString().replace(/(MSA\|AE\|[^|\r]*)\|[^\r]*/, '$1|d\u00e9j\u00e0 "Dupont"'), 'latin1')),
  close: async (s, msg) => s.end(frame(msg.buildAck({ ackCode: 'AA' }).toString())),
};

const server = net.createServer((s) => {
  let buf = Buffer.alloc(0), work = Promise.resolve();
  sockets++;
  s.on('error', () => {}).on('data', (d) => {
    buf = Buffer.concat([buf, d]);
    for (let a, b; (a = buf.indexOf(0x0b)) >= 0 && (b = buf.indexOf('\x1c\r', a)) > 0; buf = buf.subarray(b + 2)) {
      const raw = buf.subarray(a + 1, b), word = script.length > 1 ? script.shift() : script[0];
      if (word === 'unread') { s.destroy(); return; } // cut before it was taken in
      const msg = Hl7Message.parse(raw.toString('utf8'));
      got.push({ control: msg.header.getField(10)?.toString(), text: raw.toString('utf8'), at: Date.now() });
      work = work.then(() => (manners[word] ?? (async () => s.write(frame(msg.buildAck({ ackCode: word }).toString()))))(s, msg)).catch(() => broken++);
    }
  });
});
const desk = createServer(async (req, res) => {
  const body = Buffer.concat(await req.toArray());
  if (body.length) {
    const asked = JSON.parse(body);
    if (asked.script) script = asked.script;
    if (asked.reset) got = [];
  }
  res.end(JSON.stringify({ got, broken, sockets }));
});
server.listen(0, '127.0.0.1', () => desk.listen(0, '127.0.0.1', () => {
  writeFileSync(`${portFile}.new`, `${server.address().port} ${desk.address().port}`);
  renameSync(`${portFile}.new`, portFile);
}));
for (const s of ['SIGTERM', 'SIGINT']) process.on(s, () => process.exit(0));
