import WebSocket from "ws";
import { url } from "./clients.js";

export interface LiveMessage {
  control?: string;
  cursor?: Record<string, string> | string;
  type?: string;
  owner?: string;
  feedseq?: string;
  subject?: string;
  id?: string;
  data?: Record<string, unknown>;
}

/** A client of /live that keeps what it has received. */
export class LiveFeed {
  readonly messages: LiveMessage[] = [];
  closeCode = 0;
  private constructor(private readonly socket: WebSocket) {
    socket.on("message", (data) => this.messages.push(JSON.parse(data.toString()) as LiveMessage));
    socket.on("close", (code) => {
      this.closeCode = code;
    });
  }

  static open(key: string | undefined, query = "", options: WebSocket.ClientOptions = {}): Promise<LiveFeed> {
    const headers: Record<string, string> = key === undefined ? {} : { Authorization: `Bearer ${key}` };
    return LiveFeed.connect(new WebSocket(`${url.replace("http", "ws")}/live${query}`, { headers, ...options }));
  }

  /** As a browser must: the key as a subprotocol. */
  static openAsBrowser(key: string, origin: string): Promise<LiveFeed> {
    const protocols = ["muster.live.v1", `muster.bearer.${key}`];
    return LiveFeed.connect(new WebSocket(`${url.replace("http", "ws")}/live`, protocols, { origin }));
  }

  private static connect(socket: WebSocket): Promise<LiveFeed> {
    const feed = new LiveFeed(socket);
    return new Promise((resolve, reject) => {
      socket.on("open", () => resolve(feed));
      socket.on("unexpected-response", (_, response) => reject(new Error(`HTTP ${response.statusCode}`)));
      socket.on("error", reject);
    });
  }

  get protocol(): string {
    return this.socket.protocol;
  }

  async next(check: (message: LiveMessage) => boolean, seconds = 10): Promise<LiveMessage> {
    for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
      const found = this.messages.find(check);
      if (found !== undefined) {
        return found;
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`no such message among ${this.messages.map((message) => message.type ?? message.control).join(", ")}`);
  }

  send(text: string): void {
    this.socket.send(text);
  }

  close(): void {
    this.socket.terminate();
  }
}
