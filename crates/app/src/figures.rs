//! Shares and percentiles.

/// The nearest-rank percentile: the smallest value that at least 95 % of the values do not pass.
pub(crate) fn p95(mut values: Vec<u64>) -> Option<u64> {
    values.sort_unstable();
    let rank = (values.len() * 95).div_ceil(100);
    rank.checked_sub(1).and_then(|at| values.get(at)).copied()
}

/// A share from 0 to 1; nothing of nothing is no share.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts of runs and checks are far below 2^52"
)]
pub(crate) fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}
