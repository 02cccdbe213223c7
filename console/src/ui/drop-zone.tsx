import { Upload } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { classes } from "./classes";
import { droppedFiles } from "./dropped-files";

interface Props {
  /** What is to be dropped or chosen here. */
  label: string;
  hint?: ReactNode;
  accept?: string;
  isMultiple?: boolean;
  /** The key that creates a record opens the choice of files. */
  isShortcut?: boolean;
  onFiles: (files: File[]) => void;
}

/** A place to drop files, or to choose them by the keyboard. */
export function DropZone({ label, hint, accept, isMultiple, isShortcut, onFiles }: Props) {
  const id = useId();
  const [isOver, setOver] = useState(false);
  const give = (files: File[]) => {
    if (files.length > 0) onFiles(isMultiple ? files : files.slice(0, 1));
  };
  return (
    <label
      htmlFor={id}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        void droppedFiles(event.dataTransfer).then(give);
      }}
      className={classes(
        "flex cursor-pointer flex-col items-center gap-1 rounded-lg border-2 border-dashed p-6 text-center",
        "has-focus-visible:outline-2 has-focus-visible:outline-accent",
        isOver ? "border-accent bg-tint" : "border-edge",
      )}
    >
      <Upload aria-hidden="true" className="size-6 text-muted" />
      <span className="font-medium">{label}</span>
      {hint && <span className="text-sm text-muted">{hint}</span>}
      <input
        id={id}
        type="file"
        accept={accept}
        multiple={isMultiple}
        className="sr-only"
        {...(isShortcut ? { "data-shortcut": "create" } : {})}
        onChange={(event) => {
          give([...(event.target.files ?? [])]);
          // The same file can be chosen again.
          event.target.value = "";
        }}
      />
    </label>
  );
}
