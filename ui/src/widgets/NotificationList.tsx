import { ActionIcon, Anchor, Indicator, Popover, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { Link } from "@tanstack/react-router";
import { useState, useSyncExternalStore } from "react";
import { Icon } from "./Icon";

interface Notice {
  id: number;
  title: string;
  text: string;
  to?: string;
}

let notices: Notice[] = [];
let seen = 0;
let count = 0;
const listeners = new Set<() => void>();

/** Shows a toast and keeps it in the list behind the bell. */
export function announce(notice: { title: string; text: string; to?: string; color?: string }) {
  count += 1;
  notices = [{ id: count, title: notice.title, text: notice.text, to: notice.to }, ...notices].slice(0, 30);
  for (const listener of listeners) listener();
  notifications.show({
    title: notice.title,
    color: notice.color ?? "teal",
    autoClose: 6_000,
    message: notice.to ? (
      <Anchor component={Link} to={notice.to} size="sm">
        {notice.text}
      </Anchor>
    ) : (
      notice.text
    ),
  });
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What was announced, for whoever looked away. */
export function NotificationList() {
  const list = useSyncExternalStore(subscribe, () => notices);
  const [open, setOpen] = useState(false);
  const fresh = (list[0]?.id ?? 0) - seen;
  return (
    <Popover opened={open} onChange={setOpen} width={320} position="bottom-end" withArrow>
      <Popover.Target>
        <Indicator disabled={fresh <= 0 || open} label={fresh} size={16} color="cyan">
          <ActionIcon
            variant="subtle"
            aria-label="Notifications"
            onClick={() => {
              seen = list[0]?.id ?? 0;
              setOpen(!open);
            }}
          >
            <Icon sign="bell" size={18} />
          </ActionIcon>
        </Indicator>
      </Popover.Target>
      <Popover.Dropdown>
        {list.length === 0 ? (
          <Text size="sm" c="dimmed">
            Nothing yet. What you start shows here.
          </Text>
        ) : (
          <Stack gap="xs" mah={360} style={{ overflow: "auto" }}>
            {list.map((notice) => (
              <div key={notice.id}>
                <Text size="sm" fw={600}>
                  {notice.title}
                </Text>
                {notice.to ? (
                  <Anchor component={Link} to={notice.to} size="sm" onClick={() => setOpen(false)}>
                    {notice.text}
                  </Anchor>
                ) : (
                  <Text size="sm">{notice.text}</Text>
                )}
              </div>
            ))}
          </Stack>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
