//! Dates and times of day, and their text.

/// A date and a time of day.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Moment {
    pub year: i64,
    pub month: i64,
    pub day: i64,
    pub hour: i64,
    pub minute: i64,
    pub second: i64,
}

/// Days from 1970-01-01 to a date of the Gregorian calendar.
pub fn days_from_date(year: i64, month: i64, day: i64) -> i64 {
    // Years start in March, so that the leap day is the last of its year.
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let year_of_era = y.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468
}

/// Year, month and day of a number of days from 1970-01-01.
pub fn date_from_days(days: i64) -> (i64, i64, i64) {
    let z = days + 719468;
    let era = z.div_euclid(146097);
    let day_of_era = z.rem_euclid(146097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let m = (5 * day_of_year + 2) / 153;
    let month = if m < 10 { m + 3 } else { m - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day_of_year - (153 * m + 2) / 5 + 1)
}

impl Moment {
    /// The moment of a number of seconds since the Epoch.
    pub fn of(seconds: i64) -> Moment {
        let seconds = seconds.clamp(-60_000_000_000, 260_000_000_000);
        let (year, month, day) = date_from_days(seconds.div_euclid(86400));
        let rest = seconds.rem_euclid(86400);
        Moment { year, month, day, hour: rest / 3600, minute: rest / 60 % 60, second: rest % 60 }
    }

    /// Seconds since the Epoch.
    pub fn seconds(&self) -> i64 {
        let month = self.month.clamp(1, 12);
        let year = self.year.clamp(-100_000, 100_000);
        let days = days_from_date(year, month, self.day.clamp(-100_000, 100_000));
        days * 86400
            + self.hour.clamp(-1000, 1000) * 3600
            + self.minute.clamp(-1000, 1000) * 60
            + self.second.clamp(-100_000, 100_000)
    }

    /// The day of the week, Monday being 0.
    pub fn weekday(&self) -> i64 {
        (days_from_date(self.year, self.month, self.day) + 3).rem_euclid(7)
    }

    /// The day of the year, from 1.
    pub fn day_of_year(&self) -> i64 {
        days_from_date(self.year, self.month, self.day) - days_from_date(self.year, 1, 1) + 1
    }
}

const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A moment as a format says.
pub fn strftime(format: &str, m: &Moment, microsecond: i64) -> String {
    let mut out = String::new();
    let mut chars = format.chars();
    let hour12 = if m.hour % 12 == 0 { 12 } else { m.hour % 12 };
    let day = DAYS[m.weekday() as usize % 7];
    let month = MONTHS[(m.month.clamp(1, 12) - 1) as usize];
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        let inner = |format: &str| strftime(format, m, microsecond);
        let piece = match chars.next() {
            Some('Y') => m.year.to_string(),
            Some('y') => format!("{:02}", m.year.rem_euclid(100)),
            Some('m') => format!("{:02}", m.month),
            Some('d') => format!("{:02}", m.day),
            Some('e') => format!("{:2}", m.day),
            Some('H') => format!("{:02}", m.hour),
            Some('I') => format!("{hour12:02}"),
            Some('M') => format!("{:02}", m.minute),
            Some('S') => format!("{:02}", m.second),
            Some('f') => format!("{microsecond:06}"),
            Some('p') => if m.hour < 12 { "AM" } else { "PM" }.to_string(),
            Some('j') => format!("{:03}", m.day_of_year()),
            Some('w') => ((m.weekday() + 1) % 7).to_string(),
            Some('u') => (m.weekday() + 1).to_string(),
            Some('a') => day[..3].to_string(),
            Some('A') => day.to_string(),
            Some('b' | 'h') => month[..3].to_string(),
            Some('B') => month.to_string(),
            Some('c') => inner("%a %b %e %H:%M:%S %Y"),
            Some('D' | 'x') => inner("%m/%d/%y"),
            Some('T' | 'X') => inner("%H:%M:%S"),
            Some('F') => inner("%Y-%m-%d"),
            Some('R') => inner("%H:%M"),
            Some('s') => m.seconds().to_string(),
            Some('Z') => "UTC".to_string(),
            Some('z') => "+0000".to_string(),
            Some('n') => "\n".to_string(),
            Some('t') => "\t".to_string(),
            Some('%') => "%".to_string(),
            Some(other) => format!("%{other}"),
            None => "%".to_string(),
        };
        out.push_str(&piece);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_days_agree() {
        for days in [-800_000, -1, 0, 59, 60, 11016, 19000, 700_000] {
            let (y, m, d) = date_from_days(days);
            assert_eq!(days_from_date(y, m, d), days);
        }
        assert_eq!(date_from_days(11016), (2000, 2, 29));
        let m = Moment::of(1_700_000_000);
        assert_eq!(strftime("%a %Y-%m-%d %H:%M:%S", &m, 0), "Tue 2023-11-14 22:13:20");
        assert_eq!(m.seconds(), 1_700_000_000);
    }
}
