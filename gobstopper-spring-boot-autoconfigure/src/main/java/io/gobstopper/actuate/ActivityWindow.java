package io.gobstopper.actuate;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import io.gobstopper.store.statistics.TimeBuckets;

/**
 * How far the activity of the queue is shown back.
 */
enum ActivityWindow {

	FIVE_MINUTES("5m", Duration.ofMinutes(5), Duration.ofSeconds(5)),

	HOUR("1h", Duration.ofHours(1), Duration.ofMinutes(1)),

	DAY("24h", Duration.ofHours(24), Duration.ofMinutes(20)),

	WEEK("7d", Duration.ofDays(7), Duration.ofHours(2));

	private final String value;

	private final Duration length;

	private final Duration bucket;

	ActivityWindow(String value, Duration length, Duration bucket) {
		this.value = value;
		this.length = length;
		this.bucket = bucket;
	}

	static @Nullable ActivityWindow find(String value) {
		return Arrays.stream(values()).filter((window) -> window.value.equals(value)).findFirst().orElse(null);
	}

	String value() {
		return this.value;
	}

	Duration bucket() {
		return this.bucket;
	}

	// The last bucket is the one that is not over yet. The same moments divide the time
	// whenever it is asked for.
	TimeBuckets buckets(Instant now) {
		int count = (int) this.length.dividedBy(this.bucket);
		long width = this.bucket.toMillis();
		Instant last = Instant.ofEpochMilli(Math.floorDiv(now.toEpochMilli(), width) * width);
		return new TimeBuckets(last.minus(this.bucket.multipliedBy(count - 1)), this.bucket, count);
	}

}
