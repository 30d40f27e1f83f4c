//! What models cost, as data. Prices change: an unknown model has none, and then only tokens are counted.

use crate::Usage;

/// The first letters of a model's name, and micro-dollars for a million tokens read and written, as the providers' price
/// pages say. A longer beginning stands before a shorter one.
const PRICES: [(&str, u64, u64); 12] = [
    ("gpt-4o-mini", 150_000, 600_000),
    ("gpt-4o", 2_500_000, 10_000_000),
    ("gpt-4.1-mini", 400_000, 1_600_000),
    ("gpt-4.1-nano", 100_000, 400_000),
    ("gpt-4.1", 2_000_000, 8_000_000),
    ("claude-3-5-haiku", 800_000, 4_000_000),
    ("claude-3-5-sonnet", 3_000_000, 15_000_000),
    ("claude-3-7-sonnet", 3_000_000, 15_000_000),
    ("claude-haiku-4-5", 1_000_000, 5_000_000),
    ("claude-opus-5-5", 4_000_000, 20_000_000),
    ("claude-sonnet-5-5", 2_000_000, 10_000_000),
    ("claude-sonnet-4", 3_000_000, 15_000_000),
];

/// What a turn cost in micro-dollars, rounded up; nothing for a model whose price is not known.
pub fn cost_micro_usd(model: &str, usage: Usage) -> Option<u64> {
    let (_, read, written) = PRICES
        .iter()
        .find(|(beginning, _, _)| model.starts_with(beginning))?;
    let total =
        usage.input_tokens.saturating_mul(*read) + usage.output_tokens.saturating_mul(*written);
    Some(total.div_ceil(1_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_longer_name_goes_before_a_shorter_one() {
        let usage = Usage {
            input_tokens: 1_000_000,
            output_tokens: 1_000_000,
        };
        assert_eq!(
            cost_micro_usd("gpt-4o-mini-2024-07-18", usage),
            Some(750_000)
        );
        assert_eq!(cost_micro_usd("gpt-4o", usage), Some(12_500_000));
        assert_eq!(cost_micro_usd("llama3", usage), None);
    }

    #[test]
    fn a_small_turn_is_not_free() {
        let usage = Usage {
            input_tokens: 1,
            output_tokens: 0,
        };
        assert_eq!(cost_micro_usd("gpt-4o-mini", usage), Some(1));
    }
}
