// Filters under a name, kept in this browser.

import { ActionIcon, Button, Group, Menu, Modal, Stack, TextInput } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { useState } from "react";
import type { RunSearch } from "../pages/runsSearch";
import { Icon } from "../widgets/Icon";

interface View {
  name: string;
  search: RunSearch;
}

const READY: View[] = [
  { name: "Needs a person", search: { status: "waiting" } },
  { name: "Failed today", search: { status: "failed,unproven", window: "24h" } },
  { name: "Slowest this week", search: { window: "7d", sort: "-duration_ms" } },
];

export function SavedViews({ search, show }: { search: RunSearch; show: (search: RunSearch) => void }) {
  const [own, setOwn] = useLocalStorage<View[]>({ key: "avops-run-views", defaultValue: [] });
  const [name, setName] = useState<string>();
  const save = () => {
    const called = name?.trim();
    if (!called) return;
    setOwn([...own.filter((view) => view.name !== called), { name: called, search }]);
    setName(undefined);
  };
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <Button variant="default" size="xs">
            Views
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {READY.map((view) => (
            <Menu.Item key={view.name} onClick={() => show(view.search)}>
              {view.name}
            </Menu.Item>
          ))}
          {own.length > 0 ? <Menu.Label>Saved in this browser</Menu.Label> : null}
          {own.map((view) => (
            <Group key={view.name} gap={4} wrap="nowrap">
              <Menu.Item onClick={() => show(view.search)}>{view.name}</Menu.Item>
              <ActionIcon
                variant="subtle"
                size="sm"
                color="gray"
                aria-label={`Forget the view ${view.name}`}
                onClick={() => setOwn(own.filter((other) => other.name !== view.name))}
              >
                <Icon sign="cross" size={12} />
              </ActionIcon>
            </Group>
          ))}
          <Menu.Divider />
          <Menu.Item onClick={() => setName("")}>Save these filters …</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal opened={name !== undefined} onClose={() => setName(undefined)} title="Save these filters">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            save();
          }}
        >
          <Stack>
            <TextInput
              label="Name"
              description="Kept in this browser; one of the same name is replaced"
              value={name ?? ""}
              onChange={(event) => setName(event.currentTarget.value)}
              data-autofocus
            />
            <Button type="submit" disabled={!name?.trim()}>
              Save the view
            </Button>
          </Stack>
        </form>
      </Modal>
    </>
  );
}
