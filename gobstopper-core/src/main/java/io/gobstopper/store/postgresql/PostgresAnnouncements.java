package io.gobstopper.store.postgresql;

import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import org.springframework.jdbc.core.JdbcTemplate;

import io.gobstopper.store.Claimant;
import io.gobstopper.store.limit.Gate;
import io.gobstopper.store.postgresql.row.PostgresParameters;
import io.gobstopper.store.sql.EpochMicros;

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

	private static final String GATE = "gate";

	private static final String CLOSED = "closed";

	private static final String MANY = "*";

	private static final int MOST_GATES = 100;

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

	// Tells that tasks wait for limits.
	void gates(Collection<Gate> gates) {
		if (gates.size() > MOST_GATES) {
			allGates();
		}
		else {
			gates.forEach((gate) -> add(GATE, gate.toString()));
		}
	}

	void allGates() {
		add(GATE, MANY);
	}

	void closed(Gate gate, Instant until) {
		add(CLOSED, "%d %s".formatted(EpochMicros.of(until), gate));
	}

	// Announces work on another connection, by any thread.
	void workOn(JdbcTemplate other, Collection<String> categories) {
		List<String> messages = categories.stream().map((category) -> message(WORK, category)).toList();
		if (this.heard && !messages.isEmpty()) {
			send(other, messages);
		}
	}

	private String message(String subject, String object) {
		return "%s %s %s".formatted(this.process, subject, object);
	}

	private void add(String subject, String object) {
		String message = message(subject, object);
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
			send(this.jdbcTemplate, this.pending);
			this.pending.clear();
		}
	}

	private void send(JdbcTemplate template, Collection<String> messages) {
		template.query(NOTIFY, new PostgresParameters().value(this.channel).texts(messages, (message) -> message),
				(row) -> {
				});
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
			case GATE -> claimant.gatesChanged(words[2].equals(MANY) ? List.of() : List.of(Gate.parse(words[2])));
			case CLOSED -> closed(words[2], claimant);
			case CANCEL -> claimant.cancelRequested(UUID.fromString(words[2]));
			default -> {
				// A later version says more.
			}
		}
	}

	private static void closed(String message, Claimant claimant) {
		int space = message.indexOf(' ');
		claimant.gateClosed(Gate.parse(message.substring(space + 1)),
				EpochMicros.toInstant(Long.parseLong(message.substring(0, space))));
	}

}
