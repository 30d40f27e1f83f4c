// Markdown as elements. Nothing of it is markup by itself, and links of others are shown, not followed.

import { Anchor, Code, Table, Text, Typography } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ComponentProps } from "react";
import ReactMarkdown from "react-markdown";
import remarkGfm from "remark-gfm";

/** `own` is text of the manual: its links lead to other pages of it. Links in any other text are inert. */
export function Markdown({ text, own = false }: { text: string; own?: boolean }) {
  return (
    <Typography className="prose">
      <ReactMarkdown
        remarkPlugins={[remarkGfm]}
        components={{
          a: ({ href, children }) =>
            own ? <Leads to={href}>{children}</Leads> : <Inert to={href}>{children}</Inert>,
          img: ({ alt }) => <Text span>{alt ? `[picture: ${alt}]` : "[picture]"}</Text>,
          table: ({ children }) => (
            <Table.ScrollContainer minWidth={300}>
              <Table>{children}</Table>
            </Table.ScrollContainer>
          ),
          code: ({ className, children }: ComponentProps<"code">) =>
            className ? <code className={className}>{children}</code> : <Code>{children}</Code>,
        }}
      >
        {text}
      </ReactMarkdown>
    </Typography>
  );
}

/** A link within the manual: `tools.md#zoom` is a section of another page. */
function Leads({ to = "", children }: ComponentProps<typeof Inert>) {
  const page = /^(?:\.\/)?([a-z-]+)\.md(?:#(.*))?$/.exec(to);
  if (page?.[1])
    return (
      <Anchor
        renderRoot={(props) => <Link {...props} to="/help" search={{ page: page[1], section: page[2] }} />}
      >
        {children}
      </Anchor>
    );
  if (to.startsWith("/") && !to.startsWith("//"))
    return (
      <Anchor component={Link} to={to}>
        {children}
      </Anchor>
    );
  return <Inert to={to}>{children}</Inert>;
}

/** The words of a link and where it would lead. */
function Inert({ to, children }: { to?: string; children?: React.ReactNode }) {
  return (
    <Text span inherit>
      {children}
      {to ? (
        <Text span c="dimmed" inherit>
          {` (${to})`}
        </Text>
      ) : null}
    </Text>
  );
}
