//! Names of fields that say what a value is for.
//!
//! ```python
//! data["unitPrice"]       # an amount: unit, price
//! data["is_admin"]        # authority: admin
//! data["count_of_views"]  # neither
//! ```
//! A name is taken apart at underscores, dashes and capital letters.

/// Amounts of money or stock: one of these words is enough.
const AMOUNTS: [&str; 30] = [
    "amount",
    "amounts",
    "amt",
    "price",
    "prices",
    "qty",
    "quantity",
    "quantities",
    "balance",
    "credit",
    "credits",
    "cost",
    "costs",
    "total",
    "subtotal",
    "stock",
    "discount",
    "fee",
    "fees",
    "stake",
    "wager",
    "bet",
    "deposit",
    "withdrawal",
    "refund",
    "payout",
    "salary",
    "tip",
    "coins",
    "money",
];

/// Words that make an amount something else: an id, a name, a date.
const NOT_AMOUNTS: [&str; 23] = [
    "id", "ids", "name", "type", "date", "code", "currency", "card", "number", "label", "text",
    "title", "status", "units", "uuid", "key", "url", "token", "field", "column", "symbol", "note",
    "reason",
];

/// What a person may do.
const AUTHORITIES: [&str; 14] = [
    "admin",
    "superuser",
    "staff",
    "role",
    "roles",
    "permission",
    "permissions",
    "privilege",
    "privileges",
    "privileged",
    "superadmin",
    "moderator",
    "authorized",
    "authenticated",
];

/// Words beside which a word of authority names a thing: `role_id`, `admin_email`.
const NOT_AUTHORITIES: [&str; 12] = [
    "id",
    "ids",
    "name",
    "email",
    "mail",
    "url",
    "phone",
    "filter",
    "description",
    "page",
    "password",
    "user",
];

/// Whether a field of that name is an amount of money or stock.
pub fn is_amount(name: &str) -> bool {
    let words = words(name);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    has(&AMOUNTS) && !has(&NOT_AMOUNTS)
}

/// Whether a field of that name says what a person may do.
pub fn is_authority(name: &str) -> bool {
    let words = words(name);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    has(&AUTHORITIES) && !has(&NOT_AUTHORITIES)
}

fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before_was_lower = false;
    for character in name.chars() {
        let begins = character.is_uppercase() && before_was_lower;
        before_was_lower = character.is_lowercase();
        if !character.is_alphanumeric() || begins {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut()
            && character.is_alphanumeric()
        {
            word.extend(character.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::{is_amount, is_authority};

    #[test]
    fn names_are_taken_apart() {
        for name in [
            "amount",
            "unitPrice",
            "total_cost",
            "QTY",
            "transfer-amount",
        ] {
            assert!(is_amount(name), "{name}");
        }
        for name in [
            "stock_id",
            "priceLabel",
            "account",
            "discount_code",
            "amounting",
            "page",
        ] {
            assert!(!is_amount(name), "{name}");
        }
        for name in ["role", "isAdmin", "is_staff", "user-permissions"] {
            assert_eq!(is_authority(name), name != "user-permissions", "{name}");
        }
        assert!(!is_authority("admin_email"));
    }
}
