// The frame around every page: navigation, who and where we are, live mark, palette, shortcuts.

import {
  ActionIcon,
  Anchor,
  AppShell,
  Badge,
  Burger,
  Button,
  Group,
  Kbd,
  Modal,
  NavLink,
  Paper,
  Stack,
  Table,
  Text,
  Title,
  Tooltip,
  useComputedColorScheme,
  useMantineColorScheme,
} from "@mantine/core";
import { useDisclosure, useHotkeys } from "@mantine/hooks";
import { Notifications } from "@mantine/notifications";
import { Spotlight, spotlight } from "@mantine/spotlight";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, Outlet, useNavigate, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { ApiError } from "./api/client";
import { listen, useHearing } from "./api/live";
import { inbox, me, recipes } from "./api/queries";
import { navigation, paths } from "./paths";
import { Icon } from "./widgets/Icon";
import { ModelLight } from "./widgets/ModelLight";
import { NotificationList } from "./widgets/NotificationList";
import { PageTip } from "./widgets/PageTip";

export function Frame() {
  const who = useQuery(me);
  const signedOut = who.error instanceof ApiError && who.error.problem.status === 401;
  const path = useRouterState({ select: (state) => state.location.pathname });
  if (signedOut) return <SignedOut />;
  return path === paths.wall() ? <Bare /> : <Inside />;
}

/** A page without anything around it. */
function Bare() {
  const queries = useQueryClient();
  useEffect(() => listen(queries), [queries]);
  return <Outlet />;
}

function Inside() {
  const queries = useQueryClient();
  useEffect(() => listen(queries), [queries]);
  const [open, menu] = useDisclosure(false);
  const [help, helpWindow] = useDisclosure(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const navigate = useNavigate();
  const waiting = useQuery(inbox).data?.items.length ?? 0;
  const who = useQuery(me).data;
  useShortcuts((target) => navigate({ to: target }), helpWindow.toggle);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the menu closes whenever the page changes
  useEffect(() => menu.close(), [path]);

  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 220, breakpoint: "sm", collapsed: { mobile: !open } }}
      padding="md"
    >
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={open} onClick={menu.toggle} hiddenFrom="sm" size="sm" aria-label="Menu" />
            <Anchor component={Link} to={paths.home()} underline="never" fw={700} size="lg" c="inherit">
              AVOps
            </Anchor>
            {who?.mock ? (
              <Tooltip label="Runs use the simulated campus on this machine; nothing leaves it">
                <Badge color="grape" variant="filled" tt="none" className="whole">
                  Mock
                  <Text span inherit visibleFrom="xs">
                    {" mode"}
                  </Text>
                </Badge>
              </Tooltip>
            ) : null}
          </Group>
          <Group gap="xs" wrap="nowrap">
            {who ? (
              <Link to={paths.settings()} className="model-light" aria-label="Settings of the language model">
                <ModelLight status={who.model} short />
              </Link>
            ) : null}
            <LiveMark />
            <Button variant="default" size="xs" onClick={spotlight.open} visibleFrom="sm">
              Go to or run … <Kbd ml="xs">Ctrl K</Kbd>
            </Button>
            <NotificationList />
            <SchemeSwitch />
            <Tooltip label="Keyboard shortcuts (?)">
              <ActionIcon
                variant="subtle"
                onClick={helpWindow.open}
                aria-label="Keyboard shortcuts"
                visibleFrom="sm"
              >
                <Icon sign="keyboard" size={18} />
              </ActionIcon>
            </Tooltip>
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" component="nav" aria-label="Pages">
        {navigation.map((item) => (
          <NavLink
            key={item.path}
            component={Link}
            to={item.path}
            label={item.label}
            active={item.path === "/" ? path === "/" : path.startsWith(item.path)}
            leftSection={
              <span className="nav-icon" aria-hidden>
                {item.icon}
              </span>
            }
            rightSection={
              item.path === paths.inbox() && waiting > 0 ? (
                <Badge size="sm" color="yellow" aria-label={`${waiting} waiting`}>
                  {waiting}
                </Badge>
              ) : null
            }
          />
        ))}
        <Text size="xs" c="dimmed" mt="auto" p="xs">
          {who ? `${who.name} · ${who.role} · ${who.version}` : ""}
        </Text>
      </AppShell.Navbar>
      <AppShell.Main>
        <PageTip path={path} />
        <Outlet />
      </AppShell.Main>
      <Palette />
      {/* Inside the router, because toasts hold links. */}
      <Notifications position="bottom-right" limit={4} />
      <Modal opened={help} onClose={helpWindow.close} title="Keyboard shortcuts">
        <Table>
          <Table.Tbody>
            {[
              ["Ctrl K  or  /", "Go to a page, run a recipe"],
              ...navigation.map((item) => [`g  ${item.key}`, item.label]),
              ["?", "This list"],
            ].map(([keys, what]) => (
              <Table.Tr key={what}>
                <Table.Td>
                  <Kbd>{keys}</Kbd>
                </Table.Td>
                <Table.Td>{what}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Modal>
    </AppShell>
  );
}

/** `g` and then a letter goes to a page; letters typed into a field are text. */
function useShortcuts(go: (path: string) => void, help: () => void) {
  const pressed = useRef(0);
  useHotkeys([
    ["mod+K", spotlight.open, { preventDefault: true }],
    ["/", spotlight.open, { preventDefault: true }],
    ["shift+?", help],
    [
      "g",
      () => {
        pressed.current = Date.now();
      },
    ],
    ...navigation.map((item): [string, () => void] => [
      item.key,
      () => {
        if (Date.now() - pressed.current < 1500) go(item.path);
      },
    ]),
  ]);
}

function LiveMark() {
  const hearing = useHearing();
  return (
    <Badge
      variant="dot"
      className="whole"
      color={hearing === "live" ? "teal" : "orange"}
      tt="none"
      role="status"
      aria-live="polite"
      aria-label={hearing}
    >
      {/* A phone has room for the dot alone while all is well. */}
      <Text span inherit visibleFrom={hearing === "live" ? "xs" : undefined}>
        {hearing}
      </Text>
    </Badge>
  );
}

function SchemeSwitch() {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme("light");
  const other = scheme === "dark" ? "light" : "dark";
  return (
    <Tooltip label={`Switch to ${other}`}>
      <ActionIcon
        variant="subtle"
        onClick={() => setColorScheme(other)}
        aria-label={`Switch to ${other} colours`}
      >
        <Icon sign={scheme === "dark" ? "sun" : "moon"} size={18} />
      </ActionIcon>
    </Tooltip>
  );
}

function Palette() {
  const navigate = useNavigate();
  const known = useQuery(recipes).data?.items ?? [];
  const waiting = useQuery(inbox).data?.items ?? [];
  return (
    <Spotlight
      nothingFound="Nothing by that name"
      highlightQuery
      shortcut={null}
      searchProps={{ placeholder: "Go to, run, approve …", "aria-label": "Go to" }}
      actions={[
        {
          group: "Pages",
          actions: navigation.map((item) => ({
            id: item.path,
            label: item.label,
            leftSection: (
              <span className="nav-icon" aria-hidden>
                {item.icon}
              </span>
            ),
            onClick: () => navigate({ to: item.path }),
          })),
        },
        {
          group: "Needs you",
          actions: waiting.map((item) => ({
            id: `${item.run_id}:${item.step}`,
            label: `Answer: ${item.prompt}`,
            description: `${item.reason} · ${item.run}`,
            onClick: () => navigate({ to: paths.run(item.run_id) }),
          })),
        },
        {
          group: "Run a recipe",
          actions: known.map((recipe) => ({
            id: `run:${recipe.slug}`,
            label: `Run ${recipe.name}`,
            onClick: () =>
              navigate({ to: "/recipes/$slug", params: { slug: recipe.slug }, search: { run: true } }),
          })),
        },
        {
          group: "Recipes",
          actions: known.map((recipe) => ({
            id: recipe.slug,
            label: recipe.name,
            description: recipe.description,
            onClick: () => navigate({ to: paths.recipe(recipe.slug) }),
          })),
        },
      ]}
    />
  );
}

function SignedOut() {
  return (
    <Stack align="center" justify="center" mih="100vh" p="md">
      <Paper withBorder p="xl" maw={460}>
        <Title order={2} mb="sm">
          Sign in
        </Title>
        <Text>
          Open the sign-in link that the server printed when it started. A link works once, for an hour; to
          get a new one, run
        </Text>
        <Text ff="monospace" my="sm">
          avops token link
        </Text>
        <Text>on the machine where the server runs.</Text>
      </Paper>
    </Stack>
  );
}
