//! Chat: messages, conversations, commands.

use avops_app::chat::{
    self, ChatMessage, ChatThread, CommandHelp, SayText, ThreadChange, ThreadQuery,
};
use avops_app::{Page, PageRequest};
use axum::Json;
use axum::extract::{Path, State};

use crate::Door;
use crate::auth::By;
use crate::body::{Asked, Body};
use crate::error::Problem;
use crate::outcome::NoContent;

pub(crate) async fn say(
    State(door): State<Door>,
    By(by): By,
    Body(said): Body<SayText>,
) -> Result<Json<ChatMessage>, Problem> {
    Ok(Json(chat::say(&door.app, &by, said).await?))
}

pub(crate) async fn commands(
    By(by): By,
    Asked(page): Asked<PageRequest>,
) -> Result<Json<Page<CommandHelp>>, Problem> {
    let all = chat::commands(&by)?;
    Ok(Json(Page::of(all, &page, |command| {
        command.name.to_owned()
    })?))
}

pub(crate) async fn threads(
    State(door): State<Door>,
    By(by): By,
    Asked(query): Asked<ThreadQuery>,
) -> Result<Json<Page<ChatThread>>, Problem> {
    Ok(Json(chat::threads(&door.app, &by, &query).await?))
}

pub(crate) async fn thread(
    State(door): State<Door>,
    By(by): By,
    Path(thread): Path<String>,
) -> Result<Json<ChatThread>, Problem> {
    Ok(Json(chat::thread(&door.app, &by, &thread).await?))
}

pub(crate) async fn change(
    State(door): State<Door>,
    By(by): By,
    Path(thread): Path<String>,
    Body(change): Body<ThreadChange>,
) -> Result<Json<ChatThread>, Problem> {
    Ok(Json(
        chat::change_thread(&door.app, &by, &thread, change).await?,
    ))
}

pub(crate) async fn delete(
    State(door): State<Door>,
    By(by): By,
    Path(thread): Path<String>,
) -> Result<NoContent, Problem> {
    chat::delete_thread(&door.app, &by, &thread).await?;
    Ok(NoContent)
}

pub(crate) async fn messages(
    State(door): State<Door>,
    By(by): By,
    Path(thread): Path<String>,
    Asked(page): Asked<PageRequest>,
) -> Result<Json<Page<ChatMessage>>, Problem> {
    Ok(Json(chat::messages(&door.app, &by, &thread, &page).await?))
}
