package io.gobstopper.actuate;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.gobstopper.actuate.description.StoreDescriptor;
import io.gobstopper.store.StoreSnapshots;
import io.gobstopper.store.writer.GroupCommit;

/**
 * What can be done to the database as a whole.
 */
public final class StoreOperations {

	private final GroupCommit groupCommit;

	private final @Nullable StoreSnapshots snapshots;

	/**
	 * Creates the operations.
	 * @param groupCommit the queue
	 * @param snapshots makes copies of the database, if that is configured
	 */
	public StoreOperations(GroupCommit groupCommit, @Nullable StoreSnapshots snapshots) {
		this.groupCommit = groupCommit;
		this.snapshots = snapshots;
	}

	// Returns null if there is no such operation.
	@Nullable StoreDescriptor apply(String operation) {
		return switch (operation) {
			case "check" -> new StoreDescriptor(operation, this.groupCommit.reads().findDamage(true), null);
			case "snapshot" -> (this.snapshots != null) ? snapshot(operation, this.snapshots) : null;
			default -> null;
		};
	}

	private static StoreDescriptor snapshot(String operation, StoreSnapshots snapshots) {
		return new StoreDescriptor(operation, List.of(), snapshots.take().getFileName().toString());
	}

}
