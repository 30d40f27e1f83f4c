//! What a projector says of itself.

use avops_engine::ToolError;
use serde_json::{Value, json};

use super::wire::{input_code, input_words, power_words};
use super::{Connected, Deadline};

/// The parts that `ERST` speaks of, in its order.
const PARTS: [&str; 6] = ["fan", "lamp", "temperature", "cover", "filter", "other"];

/// What it does and what it is.
pub(super) async fn state(
    projector: &mut Connected,
    deadline: Deadline,
) -> Result<Value, ToolError> {
    let session = &mut projector.session;
    let class = session.class;
    let power = session.ask('1', "POWR", deadline).await?;
    let input = session.ask(class, "INPT", deadline).await?;
    let inputs = session.ask(class, "INST", deadline).await?;
    let mute = session.ask('1', "AVMT", deadline).await?;
    let own_name = session.ask('1', "NAME", deadline).await?;
    let maker = session.ask('1', "INF1", deadline).await?;
    let product = session.ask('1', "INF2", deadline).await?;
    let mute = mute.as_deref().and_then(muted);
    let inputs: Vec<&str> = inputs.iter().flat_map(|i| i.split_whitespace()).collect();
    Ok(projector.answer(json!({
        "power": power.as_deref().map_or("unknown", power_words),
        "input": input.as_deref().map(input_words),
        "input_code": input,
        "inputs": inputs.into_iter().map(input_words).collect::<Vec<_>>(),
        "picture_muted": mute.map(|(picture, _)| picture),
        "sound_muted": mute.map(|(_, sound)| sound),
        "class": if class == '2' { 2 } else { 1 },
        "own_name": own_name,
        "maker": maker,
        "product": product,
    })))
}

/// What `AVMT` says of picture and sound.
pub(super) fn muted(value: &str) -> Option<(bool, bool)> {
    match value {
        "11" => Some((true, false)),
        "21" => Some((false, true)),
        "31" => Some((true, true)),
        "10" | "20" | "30" => Some((false, false)),
        _ => None,
    }
}

/// The code of the input that an argument names: a code, its words, or the projector's own name for it.
pub(super) async fn find_input(
    projector: &mut Connected,
    wanted: &str,
    deadline: Deadline,
) -> Result<String, ToolError> {
    if let Some(code) = input_code(wanted) {
        return Ok(code);
    }
    let session = &mut projector.session;
    let class = session.class;
    let before = crate::outbound::before_acting;
    let inputs = session.ask(class, "INST", deadline).await.map_err(before)?;
    let mut known = Vec::new();
    for code in inputs.iter().flat_map(|codes| codes.split_whitespace()) {
        let mut words = format!("{code} ({})", input_words(code));
        if class == '2' {
            let question = format!("?{code}");
            let name = session.ask_for('2', "INNM", &question, deadline).await;
            if let Some(name) = name.map_err(before)? {
                if name.trim().eq_ignore_ascii_case(wanted.trim()) {
                    return Ok(code.to_owned());
                }
                words = format!("{code} ({})", name.trim());
            }
        }
        known.push(words);
    }
    Err(ToolError::Refused {
        message: format!(
            "{} has no input `{wanted}`; nothing was changed",
            projector.device.name
        ),
        hint: Some(format!("it has: {}", known.join(", "))),
    })
}

/// Hours of lamps and filter.
pub(super) async fn lamps(
    projector: &mut Connected,
    deadline: Deadline,
) -> Result<Value, ToolError> {
    let session = &mut projector.session;
    let lamps = session.ask('1', "LAMP", deadline).await?;
    let filter = if session.class == '2' {
        session.ask('2', "FILT", deadline).await?
    } else {
        None
    };
    let numbers: Vec<u64> = lamps
        .iter()
        .flat_map(|text| text.split_whitespace())
        .map_while(|number| number.parse().ok())
        .collect();
    let lamps: Vec<(u64, bool)> = numbers
        .chunks_exact(2)
        .filter_map(|pair| Some((*pair.first()?, *pair.last()? != 0)))
        .collect();
    let listed = |(hours, lit): &(u64, bool)| json!({ "hours": hours, "lit": lit });
    Ok(projector.answer(json!({
        "lamps": lamps.iter().map(listed).collect::<Vec<_>>(),
        "most_hours": lamps.iter().map(|(hours, _)| hours).max(),
        "filter_hours": filter.and_then(|hours| hours.trim().parse::<u64>().ok()),
    })))
}

/// What it warns of.
pub(super) async fn errors(
    projector: &mut Connected,
    deadline: Deadline,
) -> Result<Value, ToolError> {
    let answer = projector.session.ask('1', "ERST", deadline).await?;
    let flags = answer.filter(|flags| flags.len() == PARTS.len());
    let flags = flags.ok_or_else(|| ToolError::Unknown {
        message: format!(
            "{} does not say what is wrong with it",
            projector.device.name
        ),
    })?;
    let words = |flag: char| match flag {
        '0' => "ok",
        '1' => "warning",
        _ => "error",
    };
    let parts: Vec<(&str, &str)> = PARTS.into_iter().zip(flags.chars().map(words)).collect();
    let worst = ["error", "warning"]
        .into_iter()
        .find(|level| parts.iter().any(|(_, said)| said == level));
    let parts: serde_json::Map<String, Value> = parts
        .iter()
        .map(|(part, said)| ((*part).to_owned(), json!(said)))
        .collect();
    Ok(projector.answer(json!({ "worst": worst.unwrap_or("ok"), "parts": parts })))
}
