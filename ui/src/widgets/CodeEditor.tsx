// A YAML editor. What it completes and marks is handed in; it knows no recipe.

import { autocompletion, type CompletionSource } from "@codemirror/autocomplete";
import { indentWithTab } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import { Compartment, EditorState } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useComputedColorScheme } from "@mantine/core";
import { basicSetup } from "codemirror";
import { useEffect, useRef } from "react";

export interface Mark {
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
  severity: "error" | "warning";
  message: string;
}

interface Props {
  value: string;
  onChange: (value: string) => void;
  marks: Mark[];
  complete: CompletionSource;
  onSave: () => void;
  onRun: () => void;
  /** Moves the cursor to the start of this line whenever the object changes. */
  goTo?: { line: number };
  label: string;
}

/** Colours that read on both grounds; the style sheet gives them their values. */
const COLOURS = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--code-key)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--code-text)" },
  { tag: tags.comment, color: "var(--mantine-color-dimmed)", fontStyle: "italic" },
  {
    tag: [tags.punctuation, tags.separator, tags.brace, tags.squareBracket],
    color: "var(--mantine-color-dimmed)",
  },
  { tag: [tags.keyword, tags.meta, tags.labelName, tags.typeName], color: "var(--code-mark)" },
]);

export function CodeEditor({ value, onChange, marks, complete, onSave, onRun, goTo, label }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const dark = useRef(new Compartment());
  const scheme = useComputedColorScheme("light");
  // The editor lives longer than one render, so it calls whatever is newest.
  const now = useRef({ onChange, onSave, onRun, complete });
  now.current = { onChange, onSave, onRun, complete };

  // biome-ignore lint/correctness/useExhaustiveDependencies: the editor is made once; later changes are dispatched below
  useEffect(() => {
    if (!host.current) return;
    const editor = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: value,
        extensions: [
          keymap.of([
            { key: "Mod-s", preventDefault: true, run: () => handled(now.current.onSave) },
            { key: "Mod-Enter", preventDefault: true, run: () => handled(now.current.onRun) },
          ]),
          syntaxHighlighting(COLOURS),
          basicSetup,
          keymap.of([indentWithTab]),
          yaml(),
          lintGutter(),
          autocompletion({ override: [(context) => now.current.complete(context)] }),
          EditorView.contentAttributes.of({ "aria-label": label }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) now.current.onChange(update.state.doc.toString());
          }),
          dark.current.of(EditorView.theme({}, { dark: scheme === "dark" })),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, []);

  useEffect(() => {
    view.current?.dispatch({
      effects: dark.current.reconfigure(EditorView.theme({}, { dark: scheme === "dark" })),
    });
  }, [scheme]);

  useEffect(() => {
    const editor = view.current;
    if (editor && editor.state.doc.toString() !== value) {
      editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
    }
  }, [value]);

  useEffect(() => {
    const editor = view.current;
    if (editor)
      editor.dispatch(
        setDiagnostics(
          editor.state,
          marks.map((mark) => placed(editor.state, mark)),
        ),
      );
  }, [marks]);

  useEffect(() => {
    const editor = view.current;
    if (!editor || !goTo) return;
    const line = editor.state.doc.line(Math.min(Math.max(goTo.line, 1), editor.state.doc.lines));
    editor.dispatch({ selection: { anchor: line.from, head: line.to }, scrollIntoView: true });
    editor.focus();
  }, [goTo]);

  return <div ref={host} className="editor" />;
}

/** Tells the editor that a key was taken. */
function handled(act: () => void): boolean {
  act();
  return true;
}

function placed(state: EditorState, mark: Mark): Diagnostic {
  const offset = (line: number, column: number) => {
    const at = state.doc.line(Math.min(Math.max(line, 1), state.doc.lines));
    return Math.min(at.from + column - 1, at.to);
  };
  const from = offset(mark.line, mark.column);
  const to = Math.max(from, offset(mark.endLine, mark.endColumn));
  // A whole block would be underlined; its first line is enough to see where it is.
  const end = mark.endLine > mark.line ? state.doc.lineAt(from).to : to;
  return { from, to: Math.max(from, end), severity: mark.severity, message: mark.message };
}
