import { Component, type ComponentChildren } from "preact";
import { useTexts } from "../i18n/use-texts.ts";
import { Splash } from "./splash.tsx";

/** A fault of ours while rendering: the page says so and what to do, and never stays blank. */
export class ErrorBoundary extends Component<
  { readonly children: ComponentChildren },
  { readonly failed: boolean }
> {
  override state = { failed: false };

  static override getDerivedStateFromError() {
    return { failed: true };
  }

  override componentDidCatch(error: unknown) {
    console.error(error);
  }

  override render() {
    return this.state.failed ? <Failure /> : this.props.children;
  }
}

function Failure() {
  const { failure } = useTexts();
  return (
    <Splash title={failure.title} text={failure.text} icon="🙋">
      <button type="button" class="button primary" onClick={() => location.reload()}>
        {failure.reload}
      </button>
    </Splash>
  );
}
