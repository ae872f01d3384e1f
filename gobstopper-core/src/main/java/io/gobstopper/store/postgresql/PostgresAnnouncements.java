package io.gobstopper.store.postgresql;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.UUID;

import org.springframework.jdbc.core.JdbcTemplate;

import io.gobstopper.store.Claimant;

/**
 * What processes tell each other. What is announced within a transaction is heard after
 * its commit, and not at all if there is none.
 */
final class PostgresAnnouncements {

	private static final String NOTIFY = "select pg_notify(?, message) from unnest(?::text[]) as announced (message)";

	// PostgreSQL accepts 8,000 bytes; who is not told learns it by asking.
	private static final int LONGEST = 1900;

	private static final String WORK = "work";

	private static final String PAUSED = "paused";

	private static final String RESUMED = "resumed";

	private static final String CANCEL = "cancel";

	private final String process = UUID.randomUUID().toString();

	private final Set<String> pending = new LinkedHashSet<>();

	private final JdbcTemplate jdbcTemplate;

	private final String channel;

	private final boolean heard;

	/**
	 * Creates announcements.
	 * @param jdbcTemplate the connection that writes
	 * @param channel on which they are made
	 * @param heard whether processes listen; otherwise nothing is announced, as that
	 * makes all commits of a server wait for each other
	 */
	PostgresAnnouncements(JdbcTemplate jdbcTemplate, String channel, boolean heard) {
		this.jdbcTemplate = jdbcTemplate;
		this.channel = channel;
		this.heard = heard;
	}

	String channel() {
		return this.channel;
	}

	void work(String category) {
		add(WORK, category);
	}

	void work(Collection<String> categories) {
		categories.forEach(this::work);
	}

	void paused(String category, boolean paused) {
		add(paused ? PAUSED : RESUMED, category);
	}

	void cancel(UUID id) {
		add(CANCEL, id.toString());
	}

	private void add(String subject, String object) {
		String message = "%s %s %s".formatted(this.process, subject, object);
		if (this.heard && message.length() <= LONGEST) {
			this.pending.add(message);
		}
	}

	void forget() {
		this.pending.clear();
	}

	// Says what was announced since the last time.
	void send() {
		if (!this.pending.isEmpty()) {
			this.jdbcTemplate.query(NOTIFY,
					new PostgresParameters().value(this.channel).texts(this.pending, (message) -> message), (row) -> {
					});
			this.pending.clear();
		}
	}

	// Tells a claimant what another process announced.
	void receive(String message, Claimant claimant) {
		String[] words = message.split(" ", 3);
		if (words.length < 3 || words[0].equals(this.process)) {
			return;
		}
		switch (words[1]) {
			case WORK -> claimant.workAvailable(words[2]);
			case PAUSED -> claimant.pauseChanged(words[2], true);
			case RESUMED -> claimant.pauseChanged(words[2], false);
			case CANCEL -> claimant.cancelRequested(UUID.fromString(words[2]));
			default -> {
				// A later version says more.
			}
		}
	}

}
