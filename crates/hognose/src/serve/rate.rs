//! How often an address may ask: a bucket of tokens for each.
//!
//! ```text
//! 60 requests at once, then 4 a second; the 61st within the first second waits a second
//! ```

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Mutex;
use std::time::Instant;

use super::limits::Limits;

pub struct Rates {
    buckets: Mutex<HashMap<IpAddr, Bucket>>,
    per_second: f64,
    burst: f64,
    addresses_max: usize,
}

struct Bucket {
    tokens: f64,
    at: Instant,
}

impl Rates {
    pub fn new(limits: &Limits) -> Self {
        Self {
            buckets: Mutex::default(),
            per_second: f64::from(limits.rate_per_minute) / 60.0,
            burst: f64::from(limits.rate_burst),
            addresses_max: limits.addresses,
        }
    }

    /// Takes one request of `address` at `now`, or says in how many seconds one may come.
    pub fn take(&self, address: IpAddr, now: Instant) -> Result<(), u32> {
        let mut buckets = self.buckets.lock().expect("nobody panics with the buckets");
        let address = network(address);
        if buckets.len() >= self.addresses_max && !buckets.contains_key(&address) {
            self.forget(&mut buckets, now);
        }
        let bucket = buckets.entry(address).or_insert(Bucket {
            tokens: self.burst,
            at: now,
        });
        bucket.tokens = self.filled(bucket, now);
        bucket.at = now;
        if bucket.tokens >= 1.0 {
            bucket.tokens -= 1.0;
            return Ok(());
        }
        let seconds = ((1.0 - bucket.tokens) / self.per_second).ceil();
        #[expect(
            clippy::cast_sign_loss,
            reason = "less than one token is missing, so it is at most a minute"
        )]
        Err(seconds as u32)
    }

    fn filled(&self, bucket: &Bucket, now: Instant) -> f64 {
        let seconds = now.saturating_duration_since(bucket.at).as_secs_f64();
        (bucket.tokens + seconds * self.per_second).min(self.burst)
    }

    /// A full bucket says as much as none. If all are in use, the one that is fullest goes.
    fn forget(&self, buckets: &mut HashMap<IpAddr, Bucket>, now: Instant) {
        buckets.retain(|_, bucket| self.filled(bucket, now) < self.burst);
        if buckets.len() < self.addresses_max {
            return;
        }
        let fullest = buckets
            .iter()
            .max_by(|(_, left), (_, right)| {
                let filled = |bucket: &Bucket| self.filled(bucket, now);
                filled(left).total_cmp(&filled(right))
            })
            .map(|(address, _)| *address);
        if let Some(address) = fullest {
            buckets.remove(&address);
        }
    }
}

/// Who has one address of version 6 has all that begin with the same 64 bits.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let bits = address.to_bits() & !u128::from(u64::MAX);
            IpAddr::V6(bits.into())
        }
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;
    use std::time::{Duration, Instant};

    use super::Rates;
    use crate::serve::limits::Limits;

    fn rates(addresses: usize) -> Rates {
        Rates::new(&Limits {
            rate_per_minute: 60,
            rate_burst: 3,
            addresses,
            ..Limits::default()
        })
    }

    fn address(text: &str) -> IpAddr {
        text.parse().expect("it is an address")
    }

    #[test]
    fn a_burst_passes_then_one_a_second() {
        let rates = rates(10);
        let now = Instant::now();
        let one = address("192.0.2.1");
        for _ in 0..3 {
            assert_eq!(rates.take(one, now), Ok(()));
        }
        assert_eq!(rates.take(one, now), Err(1));
        assert_eq!(rates.take(address("192.0.2.2"), now), Ok(()));
        assert_eq!(rates.take(one, now + Duration::from_secs(1)), Ok(()));
        assert_eq!(rates.take(one, now + Duration::from_secs(1)), Err(1));
    }

    #[test]
    fn one_network_of_version_6_is_one_client() {
        let rates = rates(10);
        let now = Instant::now();
        for last in 1..=3 {
            let one = address(&format!("2001:db8::{last}"));
            assert_eq!(rates.take(one, now), Ok(()));
        }
        assert_eq!(rates.take(address("2001:db8::4"), now), Err(1));
        assert_eq!(rates.take(address("2001:db8:0:1::4"), now), Ok(()));
    }

    #[test]
    fn many_addresses_do_not_fill_the_memory() {
        let rates = rates(2);
        let now = Instant::now();
        for last in 0..=255 {
            let one = address(&format!("192.0.2.{last}"));
            assert_eq!(rates.take(one, now), Ok(()));
        }
        assert_eq!(rates.buckets.lock().expect("it is free").len(), 2);
    }
}
