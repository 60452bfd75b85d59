//! Whether letters read like words: what people think of does, what a generator makes does not.
//!
//! ```text
//! television, letmein, correct-horse      words
//! qzkfwjxd, rzdc_cmplxq                   none
//! ```
//! Judged by how often each letter follows the one before it in English identifiers and prose.

/// Bits of surprise of each letter (column, then the word's end) after each other (row, then the
/// word's beginning), rounded, 9 at most. Counted over the 11,000 words that occur three times or
/// more in the modules of Python's standard library, each weighted by the logarithm of its count.
const SURPRISE: [&[u8; 27]; 27] = [
    b"954497595963449593436677695",
    b"365638894593674594463989594",
    b"396737835944672794635899794",
    b"477527793995874795565899792",
    b"574465687985538673348675792",
    b"497644892994773794554989693",
    b"587828654995655794465899992",
    b"288628993986773895646999793",
    b"564555599984524595439696956",
    b"396728994967993696572999793",
    b"576627564985956787366859792",
    b"387527993994873698555899493",
    b"258628994986584398565999894",
    b"484335385966865798436699893",
    b"664486696964425493444657995",
    b"386637864984883593545989593",
    b"678778988896957996590989993",
    b"385627693976564695446789693",
    b"585837754976785598435889692",
    b"486737943996774694455879583",
    b"545645695994436493439999996",
    b"286917993999685897789989994",
    b"386637943996844794468878993",
    b"564635864995576396628886692",
    b"766757885996546396449769881",
    b"399716973997674697769999794",
    b"454444554875455484345657889",
];

/// Words of six letters are below in 96 of 100 cases, letters drawn at random in 11.
const WORDS_BELOW: f64 = 4.8;
/// Shorter pieces say nothing, in letters.
const PIECE_MIN: usize = 3;

/// Whether the letters of `value` read like words; so does a value with hardly any letters.
pub fn reads_like_words(value: &str) -> bool {
    let mut sum = 0_u32;
    let mut pairs = 0_u32;
    for piece in value.split(|character: char| !character.is_ascii_alphabetic()) {
        let letters = piece.as_bytes();
        // Capital letters here and there begin no words.
        let mixed = words(letters).count() * PIECE_MIN > letters.len();
        let whole = mixed.then_some(letters).into_iter();
        for word in whole.chain(words(letters).filter(|_| !mixed)) {
            if word.len() >= PIECE_MIN {
                sum += surprise(word);
                pairs += u32::try_from(word.len()).unwrap_or(u32::MAX) + 1;
            }
        }
    }
    pairs == 0 || f64::from(sum) < WORDS_BELOW * f64::from(pairs)
}

/// The words of `camelCase` letters.
fn words(letters: &[u8]) -> impl Iterator<Item = &[u8]> {
    letters.chunk_by(|left, right| !(left.is_ascii_lowercase() && right.is_ascii_uppercase()))
}

fn surprise(word: &[u8]) -> u32 {
    const EDGE: usize = 26;
    let index = |letter: &u8| usize::from(letter.to_ascii_lowercase() - b'a');
    let mut before = EDGE;
    let mut sum = 0;
    for after in word.iter().map(index).chain([EDGE]) {
        sum += u32::from(SURPRISE[before][after] - b'0');
        before = after;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::reads_like_words;

    #[test]
    fn words_and_none() {
        for value in [
            "television",
            "letmein",
            "correct-horse-battery",
            "accessToken",
            "user_password",
            "postgres",
            "",
            "1234",
            "ab",
        ] {
            assert!(reads_like_words(value), "{value}");
        }
        for value in ["qzkfwjxd", "xqvkpt", "rzdc_cmplxq_kdhtqp", "VkXqPwZj"] {
            assert!(!reads_like_words(value), "{value}");
        }
    }
}
