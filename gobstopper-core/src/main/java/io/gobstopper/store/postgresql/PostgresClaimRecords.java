package io.gobstopper.store.postgresql;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import org.springframework.jdbc.core.JdbcTemplate;

import io.gobstopper.store.postgresql.row.PostgresParameters;
import io.gobstopper.store.sql.StoredDamage;
import io.gobstopper.store.sql.TableNames;
import io.gobstopper.store.task.Fence;
import io.gobstopper.store.task.Lease;
import io.gobstopper.store.task.StoredTask;

/**
 * The records of claims by which the tasks of a dead process are found. Each is deleted
 * when the last of its tasks has ended or had its lease renewed; what is forgotten here
 * stays until the leases are over.
 */
final class PostgresClaimRecords {

	// Two processes that delete the same do not wait for each other.
	private static final String DELETE = """
			delete from gobstopper_claim where id = any(array(
				select id from gobstopper_claim where id = any(?::uuid[]) for update skip locked
			))
			""";

	// A task that somebody had locked was not taken back yet. Asked for plainly, the
	// column would make an index of all waiting tasks look as good as their numbers.
	private static final String DELETE_EXPIRED = """
			delete from gobstopper_claim where id = any(array(
				select id from gobstopper_claim as claim
				where lease_until <= ? and not exists (
					select from gobstopper_task as task
					where task.seq = any(claim.seqs) and task.status = 'started' and coalesce(task.claimable, false)
				)
				for update skip locked
			))
			""";

	static final StoredDamage.Check NONE_IS_MISSING = new StoredDamage.Check(
			"%d running tasks would not be found if their process died", """
					select count(*) from (
						select seq from gobstopper_task where status = 'started' and claimable
						except
						select unnest(seqs) from gobstopper_claim
					) as missing
					""");

	private final Map<String, Open> byOwner = new HashMap<>();

	private final JdbcTemplate jdbcTemplate;

	private final TableNames tables;

	PostgresClaimRecords(JdbcTemplate jdbcTemplate, TableNames tables) {
		this.jdbcTemplate = jdbcTemplate;
		this.tables = tables;
	}

	// Tells of a record that was written.
	void added(UUID id, Lease lease, Collection<StoredTask> tasks) {
		if (!tasks.isEmpty()) {
			Open open = this.byOwner.computeIfAbsent(lease.owner(), (owner) -> new Open(lease.until()));
			open.ids.add(id);
			tasks.forEach((task) -> open.seqs.add(task.seq()));
		}
	}

	// Deletes the records none of whose tasks needs them any more.
	void released(Collection<Fence> fences) {
		List<UUID> over = new ArrayList<>();
		for (Fence fence : fences) {
			Open open = this.byOwner.get(fence.owner());
			if (open != null && open.seqs.remove(fence.seq()) && open.seqs.isEmpty()) {
				over.addAll(open.ids);
				this.byOwner.remove(fence.owner());
			}
		}
		if (!over.isEmpty()) {
			this.jdbcTemplate.update(this.tables.in(DELETE), new PostgresParameters().uuids(over, (id) -> id));
		}
	}

	void deleteExpired(Instant now) {
		this.byOwner.values().removeIf((open) -> !open.leaseUntil.isAfter(now));
		this.jdbcTemplate.update(this.tables.in(DELETE_EXPIRED), new PostgresParameters().value(now));
	}

	// Tells that what was written last may not have been.
	void forget() {
		this.byOwner.clear();
	}

	/**
	 * What is left of the claims of one owner.
	 */
	private static final class Open {

		private final List<UUID> ids = new ArrayList<>();

		private final Set<Long> seqs = new HashSet<>();

		private final Instant leaseUntil;

		Open(Instant leaseUntil) {
			this.leaseUntil = leaseUntil;
		}

	}

}
