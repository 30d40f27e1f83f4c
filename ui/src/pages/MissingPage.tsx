import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { paths } from "../paths";
import { Empty } from "../widgets/Empty";

export function MissingPage() {
  return (
    <Empty
      title="There is no such page"
      why="The address may be mistyped, or the page is not part of this version."
    >
      <Button component={Link} to={paths.home()} variant="default">
        Go to the start
      </Button>
    </Empty>
  );
}
