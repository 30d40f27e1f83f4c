import { Button, Group, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { post } from "../api/client";
import type { SupportBundle as Bundle } from "../api/wire";
import { Refusal } from "./Refusal";

/** A ZIP file for whoever helps. It is made by the server and saved by the browser. */
export function SupportBundle() {
  const make = useMutation({
    mutationFn: () => post<Bundle>("/api/v1/support/bundle"),
    onSuccess: save,
  });
  return (
    <div>
      <Group gap="xs">
        <Button size="compact-sm" variant="default" loading={make.isPending} onClick={() => make.mutate()}>
          Make a support bundle
        </Button>
        <Text size="sm" c="dimmed" role="status">
          {make.data
            ? `${make.data.name}, ${Math.ceil(make.data.bytes / 1000)} kB. Look through it before you send it on.`
            : "Version, settings with their sources, health, recent failures, log. No keys, no inputs, no results."}
        </Text>
      </Group>
      <Refusal error={make.error} />
    </div>
  );
}

function save(bundle: Bundle) {
  const bytes = Uint8Array.from(atob(bundle.zip), (letter) => letter.charCodeAt(0));
  const address = URL.createObjectURL(new Blob([bytes], { type: "application/zip" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = bundle.name;
  link.click();
  URL.revokeObjectURL(address);
}
