//! Chat and the manual.

use avops_app::Permission::See;

use crate::addresses::{Access, Routes};
use crate::aloud;
use crate::api::{chat, manual};

pub(super) fn add(routes: Routes<'_>) -> Routes<'_> {
    routes
        .post_once(
            "/api/v1/chat/messages",
            Access::Needs(See),
            "Answers plain words or carries a command out, in a conversation",
            chat::say,
        )
        .post(
            "/api/v1/chat/stream",
            Access::Needs(See),
            "Answers as /api/v1/chat/messages does, as server-sent events while the answer is being written",
            aloud::say,
        )
        .get(
            "/api/v1/chat/commands",
            Access::Needs(See),
            "Lists the commands with what they take",
            chat::commands,
        )
        .get(
            "/api/v1/chat/threads",
            Access::Needs(See),
            "Lists your conversations",
            chat::threads,
        )
        .get(
            "/api/v1/chat/threads/{thread}",
            Access::Needs(See),
            "Gives a conversation",
            chat::thread,
        )
        .patch(
            "/api/v1/chat/threads/{thread}",
            Access::Needs(See),
            "Renames one of your conversations, puts it out of the way or back",
            chat::change,
        )
        .delete(
            "/api/v1/chat/threads/{thread}",
            Access::Needs(See),
            "Removes one of your conversations",
            chat::delete,
        )
        .get(
            "/api/v1/chat/threads/{thread}/messages",
            Access::Needs(See),
            "What was said in a conversation, newest first",
            chat::messages,
        )
        .get(
            "/api/v1/manual",
            Access::Needs(See),
            "The manual's table of contents",
            manual::contents,
        )
        .get(
            "/api/v1/manual/search",
            Access::Needs(See),
            "Looks for words in the manual",
            manual::search,
        )
        .get(
            "/api/v1/manual/{page}",
            Access::Needs(See),
            "Gives a page of the manual",
            manual::get,
        )
}
