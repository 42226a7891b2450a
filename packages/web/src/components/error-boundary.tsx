import { Component, type ComponentChildren } from "preact";
import { LanguageContext } from "../i18n/use-texts.ts";
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
    if (!this.state.failed) return this.props.children;
    return (
      <LanguageContext.Consumer>
        {({ texts: { failure } }) => (
          <Splash title={failure.title} text={failure.text} icon="🙋">
            <button type="button" class="button primary" onClick={() => location.reload()}>
              {failure.reload}
            </button>
          </Splash>
        )}
      </LanguageContext.Consumer>
    );
  }
}
