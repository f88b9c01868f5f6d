// The live feed: one WebSocket that comes back by itself and goes on where it stopped.
import type { JsonValue } from "@bufbuild/protobuf";

export interface LiveEvent {
  id: string;
  type: string;
  owner: string;
  feedseq: string;
  subject: string;
  dataschema: string;
  data?: JsonValue;
}

interface Control {
  control: "hello" | "snapshot_needed";
  owner?: string;
  cursor: Record<string, string> | string;
}

/** live: what is shown is so now. stale: it was, a moment ago. disconnected: it may be wrong. */
export type LiveState = "connecting" | "live" | "stale" | "disconnected";

export interface FeedSource {
  /** Opens a socket that goes on after the cursor. */
  open(cursor: string): WebSocket;
  /** Whether the gateway answers: a socket alone does not show that the other end has gone. */
  probe(): Promise<boolean>;
}

export interface FeedListener {
  onState(state: LiveState): void;
  onEvent(event: LiveEvent): void;
  /** Events may have been missed: read everything again. */
  onResync(): void;
  /** The socket could not be opened, or was closed because of who we are: is the key still good? */
  onRefused(): void;
}

const quietAfter = 10_000;
const disconnectedAfter = 15_000;
const longestDelay = 10_000;

export class LiveFeed {
  private socket: WebSocket | undefined;
  private readonly cursor = new Map<string, string>();
  private state: LiveState = "connecting";
  private attempts = 0;
  private heardAt = Date.now();
  private lostAt: number | undefined;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private ticker: ReturnType<typeof setInterval> | undefined;
  private probing = false;

  constructor(
    private readonly source: FeedSource,
    private readonly listener: FeedListener,
  ) {}

  start(): void {
    this.lostAt = Date.now();
    this.ticker = setInterval(() => void this.tick(), 1_000);
    this.connect();
  }

  stop(): void {
    clearInterval(this.ticker);
    clearTimeout(this.retry);
    this.drop();
  }

  /** The machine says that it has a network again, or none. */
  networkChanged(online: boolean): void {
    if (!online) {
      this.lose();
      this.tell("disconnected");
    } else if (this.socket === undefined) {
      clearTimeout(this.retry);
      this.connect();
    }
  }

  get cursorText(): string {
    return [...this.cursor].map(([owner, seq]) => `${owner}:${seq}`).join(",");
  }

  private connect(): void {
    const socket = this.source.open(this.cursorText);
    this.socket = socket;
    socket.onmessage = (message: MessageEvent<string>) => {
      this.heardAt = Date.now();
      this.take(JSON.parse(message.data) as LiveEvent | Control);
    };
    socket.onclose = (closed) => {
      if (this.socket !== socket) {
        return;
      }
      const wasOpen = this.lostAt === undefined;
      this.lose();
      if (!wasOpen || closed.code === 1008) {
        this.listener.onRefused();
      }
    };
  }

  private take(message: LiveEvent | Control): void {
    if (!("control" in message)) {
      this.cursor.set(message.owner, message.feedseq);
      this.listener.onEvent(message);
      return;
    }
    if (typeof message.cursor === "string") {
      this.cursor.set(message.owner ?? "", message.cursor);
    } else {
      for (const [owner, seq] of Object.entries(message.cursor)) {
        this.cursor.set(owner, seq);
      }
    }
    this.attempts = 0;
    this.lostAt = undefined;
    this.tell("live");
    this.listener.onResync();
  }

  private drop(): void {
    const { socket } = this;
    this.socket = undefined;
    socket?.close();
  }

  private lose(): void {
    this.drop();
    clearTimeout(this.retry);
    if (this.lostAt === undefined) {
      this.lostAt = Date.now();
      this.tell("stale");
    }
    // Spread, so that a gateway that restarts is not met by all clients at once.
    const delay = Math.min(longestDelay, 500 * 2 ** this.attempts) * (0.5 + Math.random() / 2);
    this.attempts += 1;
    this.retry = setTimeout(() => this.connect(), delay);
  }

  private async tick(): Promise<void> {
    const now = Date.now();
    if (this.lostAt !== undefined) {
      if (now - this.lostAt >= disconnectedAfter) {
        this.tell("disconnected");
      }
      return;
    }
    if (now - this.heardAt < quietAfter || this.probing) {
      return;
    }
    this.probing = true;
    const answers = await this.source.probe();
    this.probing = false;
    if (answers) {
      this.heardAt = Date.now();
    } else if (this.lostAt === undefined) {
      this.lose();
    }
  }

  private tell(state: LiveState): void {
    if (state !== this.state) {
      this.state = state;
      this.listener.onState(state);
    }
  }
}
