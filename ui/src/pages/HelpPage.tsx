import { Anchor, Card, Group, Highlight, NavLink, Stack, Text, TextInput, Title } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { manual, manualPage, manualSearch } from "../api/queries";
import type { ManualChapter } from "../api/wire";
import { Diagnostics } from "../widgets/Diagnostics";
import { Markdown } from "../widgets/Markdown";
import { Refusal } from "../widgets/Refusal";

/** The page of the manual that is shown first. */
const FIRST = "runbook";

export function HelpPage() {
  const { page = FIRST, section, q = "" } = useSearch({ from: "/help" });
  const navigate = useNavigate({ from: "/help" });
  const [words, setWords] = useState(q);
  const [query] = useDebouncedValue(words.trim(), 250);
  useEffect(() => {
    if (query !== q) navigate({ search: (before) => ({ ...before, q: query || undefined }), replace: true });
  }, [query, q, navigate]);
  return (
    <Stack>
      <Group justify="space-between" align="flex-end">
        <div>
          <Title order={1}>Help</Title>
          <Text c="dimmed">The whole manual, on this machine: it needs no network.</Text>
        </div>
        <TextInput
          label="Search the manual"
          placeholder="for example: rollback, R012, webinar"
          type="search"
          w={320}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
      </Group>
      {query ? (
        <Found words={query} onPick={() => setWords("")} />
      ) : (
        <Group align="flex-start" wrap="nowrap" gap="xl">
          <Contents current={page} section={section} />
          <Stack flex={1} miw={0} maw={820}>
            <Page page={page} section={section} />
          </Stack>
        </Group>
      )}
    </Stack>
  );
}

function Contents({ current, section }: { current: string; section?: string }) {
  const pages = useQuery(manual).data?.items ?? [];
  return (
    <Stack w={220} gap={0} visibleFrom="sm" component="nav" aria-label="Contents" className="contents">
      {pages.map((page) => (
        <NavLink
          key={page.slug}
          renderRoot={(props) => <Link {...props} to="/help" search={{ page: page.slug }} />}
          label={page.title}
          active={page.slug === current && !section}
          opened={page.slug === current}
        >
          {page.slug === current
            ? page.sections.map((each) => (
                <NavLink
                  key={each.anchor}
                  renderRoot={(props) => (
                    <Link {...props} to="/help" search={{ page: page.slug, section: each.anchor }} />
                  )}
                  label={each.title}
                  active={each.anchor === section}
                />
              ))
            : null}
        </NavLink>
      ))}
    </Stack>
  );
}

function Page({ page, section }: { page: string; section?: string }) {
  const found = useQuery(manualPage(page));
  const text = found.data;
  useEffect(() => {
    if (!text) return;
    const wanted = section ? document.getElementById(section) : null;
    if (wanted) wanted.scrollIntoView({ block: "start" });
    else window.scrollTo({ top: 0 });
  }, [text, section]);
  if (!text) return <Refusal error={found.error} />;
  return (
    <>
      {page === FIRST ? <Diagnostics /> : null}
      <Sections page={text} />
    </>
  );
}

function Sections({ page }: { page: ManualChapter }) {
  return page.sections.map((section) => (
    <section key={section.anchor} id={section.anchor} aria-label={section.title} className="manual-section">
      <Title order={section.level === 1 ? 2 : section.level === 2 ? 3 : 4}>
        {section.title}{" "}
        <Anchor
          renderRoot={(props) => (
            <Link {...props} to="/help" search={{ page: page.slug, section: section.anchor }} />
          )}
          className="manual-anchor"
          aria-label={`Link to ${section.title}`}
        >
          #
        </Anchor>
      </Title>
      <Markdown text={section.markdown} own />
    </section>
  ));
}

function Found({ words, onPick }: { words: string; onPick: () => void }) {
  const found = useQuery(manualSearch(words));
  const items = found.data?.items ?? [];
  return (
    <Stack component="section" aria-label="Found" maw={820}>
      <Refusal error={found.error} />
      {found.data ? (
        <Text size="sm" c="dimmed" role="status">
          {items.length === 0 ? "Nothing in the manual has these words." : `${items.length} passages`}
        </Text>
      ) : null}
      {items.map((passage) => (
        <Card key={`${passage.page}#${passage.anchor}`} withBorder padding="sm">
          <Anchor
            renderRoot={(props) => (
              <Link {...props} to="/help" search={{ page: passage.page, section: passage.anchor }} />
            )}
            onClick={onPick}
            fw={600}
          >
            {passage.title === passage.section ? passage.title : `${passage.title} › ${passage.section}`}
          </Anchor>
          <Highlight size="sm" highlight={words.split(/\s+/)}>
            {passage.excerpt}
          </Highlight>
        </Card>
      ))}
    </Stack>
  );
}
