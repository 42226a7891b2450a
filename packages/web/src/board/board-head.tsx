import type { ConnectionState, PathState } from "@waiter/client";
import type { ComponentChildren } from "preact";
import { Icon } from "../components/icon.tsx";
import * as icons from "../components/icons.ts";
import { LiveMark } from "./live-mark.tsx";
import { useStaffTexts } from "../i18n/staff-texts.ts";

export interface Filter {
  readonly key: string;
  readonly label: string;
  readonly count: number;
}
export interface BoardHeadProps {
  readonly title: string;
  readonly state: ConnectionState;
  readonly path: PathState;
  readonly filters: readonly Filter[];
  readonly filter: string;
  readonly onFilter: (key: string) => void;
  readonly onMenu: () => void;
  /** This person's duty. */
  readonly children?: ComponentChildren;
}

/** Stays on top: whose board it is, whether it is live, what it shows, and the menu. */
export function BoardHead(props: BoardHeadProps) {
  const { board } = useStaffTexts();
  const { title, state, path, filters, filter } = props;
  return (
    <header class="board-head">
      <h1 tabIndex={-1}>
        <bdi>{title}</bdi>
      </h1>
      <LiveMark state={state} path={path} />
      <button
        type="button"
        class="button square"
        aria-label={board.menu}
        data-testid="menu"
        onClick={props.onMenu}
      >
        <Icon path={icons.menu} />
      </button>
      <div class="board-strip" data-scroll>
        {props.children}
        {filters.length > 1 && (
          <div class="chips filters" role="group" aria-label={board.filter}>
            {filters.map(({ key, label, count }) => (
              <button
                key={key}
                type="button"
                class="chip"
                aria-pressed={key === filter}
                onClick={() => props.onFilter(key)}
              >
                <bdi>{label}</bdi> {count}
              </button>
            ))}
          </div>
        )}
      </div>
    </header>
  );
}
