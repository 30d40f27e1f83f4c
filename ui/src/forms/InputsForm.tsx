// A form out of a recipe's inputs schema: Trigger Run and open questions use the same.

import { NumberInput, Select, Stack, Switch, Textarea, TextInput } from "@mantine/core";
import type { Json, JsonObject } from "../api/wire";
import type { InputProperty, InputsSchema } from "./inputsSchema";

export type Inputs = JsonObject;

/** The values a form starts with: those of last time, else the defaults. */
export function initialInputs(schema: InputsSchema, last: Inputs = {}): Inputs {
  const values: Inputs = {};
  for (const [name, property] of Object.entries(schema.properties)) {
    const value = last[name] ?? property.default;
    if (value !== undefined) values[name] = value;
  }
  return values;
}

/** The names that must be given and are not. */
export function missingInputs(schema: InputsSchema, values: Inputs): string[] {
  return schema.required.filter((name) => values[name] === undefined || values[name] === "");
}

export function InputsForm({
  schema,
  values,
  onChange,
}: {
  schema: InputsSchema;
  values: Inputs;
  onChange: (values: Inputs) => void;
}) {
  const set = (name: string, value: Json | undefined) => {
    const next = { ...values };
    if (value === undefined || value === "") delete next[name];
    else next[name] = value;
    onChange(next);
  };
  return (
    <Stack gap="sm">
      {Object.entries(schema.properties).map(([name, property]) => (
        <Field
          key={name}
          name={name}
          property={property}
          required={schema.required.includes(name)}
          value={values[name]}
          onChange={(value) => set(name, value)}
        />
      ))}
    </Stack>
  );
}

interface FieldProps {
  name: string;
  property: InputProperty;
  required: boolean;
  value: Json | undefined;
  onChange: (value: Json | undefined) => void;
}

function Field({ name, property, required, value, onChange }: FieldProps) {
  const frame = {
    label: property.title ?? name,
    description: property.title ? name : undefined,
    withAsterisk: required,
  };
  if (property.enum) {
    return (
      <Select
        {...frame}
        data={property.enum.map(String)}
        value={value === undefined ? null : String(value)}
        onChange={(chosen) => onChange(property.enum?.find((choice) => String(choice) === chosen))}
      />
    );
  }
  switch (property.type) {
    case "boolean":
      return (
        <Switch
          label={frame.label}
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case "integer":
    case "number":
      return (
        <NumberInput
          {...frame}
          allowDecimal={property.type === "number"}
          value={typeof value === "number" ? value : ""}
          onChange={(number) => onChange(typeof number === "number" ? number : undefined)}
        />
      );
    case "array":
    case "object":
      return <JsonField frame={frame} value={value} onChange={onChange} />;
    default:
      return (
        <TextInput
          {...frame}
          type={property.format === "date" ? "date" : "text"}
          placeholder={property.format === "date-time" ? "2026-11-24T09:00:00Z" : undefined}
          value={typeof value === "string" ? value : ""}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
  }
}

function JsonField({ frame, value, onChange }: { frame: object } & Pick<FieldProps, "value" | "onChange">) {
  return (
    <Textarea
      {...frame}
      autosize
      minRows={2}
      ff="monospace"
      placeholder="JSON"
      defaultValue={value === undefined ? "" : JSON.stringify(value)}
      onBlur={(event) => {
        const text = event.currentTarget.value;
        try {
          onChange(text.trim() === "" ? undefined : (JSON.parse(text) as Json)); // any JSON is a Json
          event.currentTarget.setCustomValidity("");
        } catch {
          event.currentTarget.setCustomValidity("This is not JSON");
          event.currentTarget.reportValidity();
        }
      }}
    />
  );
}
