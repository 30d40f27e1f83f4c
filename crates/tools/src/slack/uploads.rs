//! Files in channels: an address is asked for, the bytes go there, then the file is shown.
//!
//! Nobody sees a file before the last of the three steps, so what fails earlier was not sent. Slack
//! keeps no key and no mark of ours with a file; after a lost answer the file itself is asked where
//! it is shown.

use avops_engine::{Artifact, ToolError, ToolReply};
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

use super::channels::Channels;
use super::escape;
use super::session::Session;
use super::wire::{Complete, Completed, File, FileInfo, UploadAddress};
use crate::file_content::FileContent;
use crate::outbound::{Deadline, before_acting, set_form, set_query};

/// The arguments of `upload_file`.
#[derive(Deserialize)]
pub(super) struct Upload {
    channel: String,
    name: String,
    #[serde(flatten)]
    content: FileContent,
    title: Option<String>,
    comment: Option<String>,
    thread_ts: Option<String>,
}

/// Shows a file in a channel.
///
/// # Errors
/// [`ToolError::Unknown`] when Slack broke off in the last step and the file does not tell (yet).
pub(super) async fn upload(
    session: &Session,
    channels: &Channels,
    args: &Upload,
    deadline: Deadline,
) -> Result<ToolReply, ToolError> {
    let bytes = args.content.bytes()?;
    let size = bytes.len();
    let (channel, channel_name) = channels.resolve(session, &args.channel, deadline).await?;
    let id = store(session, &args.name, bytes, deadline)
        .await
        .map_err(before_acting)?;
    let title = args.title.as_deref().unwrap_or(&args.name);
    let shown = show(session, &channel, &id, title, args, deadline).await?;
    let permalink = match shown.permalink {
        Some(permalink) => Some(permalink),
        None => permalink(session, &id, deadline).await,
    };
    let place = channel_name
        .as_ref()
        .map_or_else(|| channel.clone(), |name| format!("#{name}"));
    let output = json!({
        "id": id,
        "name": args.name,
        "title": title,
        "channel": channel,
        "channel_name": channel_name,
        "size_bytes": size,
        "permalink": permalink,
    });
    let artifact = Artifact {
        kind: "file".to_owned(),
        title: format!("{title} in {place}"),
        external_id: Some(id),
        url: permalink,
        data: output.clone(),
    };
    Ok(ToolReply {
        output,
        artifacts: vec![artifact],
    })
}

/// Brings the bytes to Slack, where nobody sees them yet. Gives the file's id.
async fn store(
    session: &Session,
    name: &str,
    bytes: Vec<u8>,
    deadline: Deadline,
) -> Result<String, ToolError> {
    let mut request = session.request(Method::POST, "files.getUploadURLExternal");
    // In bytes, not in characters.
    let length = bytes.len().to_string();
    set_form(&mut request, &[("filename", name), ("length", &length)]);
    let place: UploadAddress = session.ask(request, deadline).await?;
    session.send_to(&place.upload_url, bytes, deadline).await?;
    Ok(place.file_id)
}

/// Shows a stored file in a channel.
async fn show(
    session: &Session,
    channel: &str,
    id: &str,
    title: &str,
    args: &Upload,
    deadline: Deadline,
) -> Result<File, ToolError> {
    let mut request = session.request(Method::POST, "files.completeUploadExternal");
    // A list within a form travels as JSON.
    let files = json!([Complete { id, title }]).to_string();
    let comment = args.comment.as_deref().map(escape);
    let mut fields = vec![("files", files.as_str()), ("channel_id", channel)];
    fields.extend(comment.as_deref().map(|text| ("initial_comment", text)));
    fields.extend(args.thread_ts.as_deref().map(|ts| ("thread_ts", ts)));
    set_form(&mut request, &fields);
    match session.ask::<Completed>(request, deadline).await {
        Ok(completed) => Ok(completed.files.into_iter().next().unwrap_or_default()),
        Err(ToolError::Unknown { message }) => match info(session, id, deadline).await {
            Ok(file) if is_shown(&file, channel) => Ok(file),
            // Slack goes on with a file after it has answered: absence proves nothing.
            Ok(_) => Err(ToolError::Unknown {
                message: format!("{message}; the channel does not show the file (yet)"),
            }),
            Err(error) => Err(ToolError::Unknown {
                message: format!("{message}; {error}"),
            }),
        },
        Err(definite) => Err(definite),
    }
}

fn is_shown(file: &File, channel: &str) -> bool {
    file.shares.public.contains_key(channel) || file.shares.private.contains_key(channel)
}

/// The link to a file. The file stands without it, so a failure costs only the link.
async fn permalink(session: &Session, id: &str, deadline: Deadline) -> Option<String> {
    match info(session, id, deadline).await {
        Ok(file) => file.permalink,
        Err(error) => {
            tracing::warn!(%error, "slack gave no link to an uploaded file");
            None
        }
    }
}

async fn info(session: &Session, id: &str, deadline: Deadline) -> Result<File, ToolError> {
    let mut request = session.request(Method::GET, "files.info");
    set_query(&mut request, &[("file", id)]);
    let info: FileInfo = session.ask(request, deadline).await?;
    Ok(info.file)
}
