import { render } from "preact";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";
import { App } from "./app.tsx";

const root = document.getElementById("app");
if (root !== null) render(<App path={location.pathname} />, root);
