import { boardScenes } from "./board-scenes.ts";
import { doorScenes } from "./door-scenes.ts";
import { guestScenes } from "./guest-scenes.ts";
import { manageScenes } from "./manage-scenes.ts";
import type { Scene } from "./scene.ts";

export const scenes: readonly Scene[] = [
  ...guestScenes,
  ...boardScenes,
  ...manageScenes,
  ...doorScenes,
];
export type { Scene } from "./scene.ts";
