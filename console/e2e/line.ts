import { connect, createServer, type Server, type Socket } from "node:net";
import { expect, test as base } from "./support";

export { expect };

/** A line to the server that can be cut: `setOffline` of the browser ends no running request. */
export class Line {
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;
  private isCut = false;
  url = "";

  constructor(private readonly target: URL) {
    this.server = createServer((socket) => this.join(socket));
  }

  async open(): Promise<void> {
    await new Promise<void>((done) => this.server.listen(0, this.target.hostname, done));
    const address = this.server.address();
    if (typeof address !== "object" || address === null) throw new Error("the line has no port");
    // Cookies belong to a host with all of its ports.
    this.url = `http://${this.target.hostname}:${address.port}`;
  }

  cut(): void {
    this.isCut = true;
    for (const socket of this.sockets) socket.destroy();
  }

  mend(): void {
    this.isCut = false;
  }

  close(): void {
    this.cut();
    this.server.close();
  }

  private join(socket: Socket): void {
    if (this.isCut) {
      socket.destroy();
      return;
    }
    const far = connect(Number(this.target.port), this.target.hostname);
    for (const [one, other] of [[socket, far], [far, socket]] as const) {
      this.sockets.add(one);
      one.on("error", () => one.destroy());
      one.on("close", () => {
        this.sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  }
}

/** Tests whose pages reach the server through a line. */
export const test = base.extend<{ line: Line }>({
  line: async ({ baseURL }, use) => {
    const line = new Line(new URL(baseURL ?? ""));
    await line.open();
    await use(line);
    line.close();
  },
});
