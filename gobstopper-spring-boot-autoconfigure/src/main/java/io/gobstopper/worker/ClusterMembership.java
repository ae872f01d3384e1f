package io.gobstopper.worker;

import java.util.Set;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.gobstopper.store.Cluster;
import io.gobstopper.store.ClusterNode;
import io.gobstopper.store.GroupCommit;

/**
 * What this worker tells the others and hears from them.
 */
final class ClusterMembership {

	private final Cluster cluster;

	private final GroupCommit groupCommit;

	private final CategoryQueues queues;

	private final Supplier<WorkerStatus> status;

	private final Runnable lookForWork;

	private Cluster.@Nullable Subscription announcements;

	ClusterMembership(Cluster cluster, GroupCommit groupCommit, CategoryQueues queues, Supplier<WorkerStatus> status,
			Runnable lookForWork) {
		this.cluster = cluster;
		this.groupCommit = groupCommit;
		this.queues = queues;
		this.status = status;
		this.lookForWork = lookForWork;
	}

	synchronized void listen() {
		this.announcements = this.cluster.listen(this.queues, this.lookForWork);
	}

	// Tells that this worker is there.
	void beat() {
		WorkerStatus now = this.status.get();
		ClusterNode node = new ClusterNode(now.node(), now.startedAt(), this.cluster.clock().instant(),
				now.lastClaimAt(), 0, now.capacity());
		GroupCommit.await(this.groupCommit.write((store) -> {
			this.cluster.beat(node);
			return node;
		}));
	}

	// An announcement may have been missed.
	void comparePauses() {
		Set<String> paused = this.groupCommit.store().pausedCategories();
		this.queues.pauseOnly(paused);
	}

	// The others are told without waiting for it.
	synchronized void leave() {
		if (this.announcements != null) {
			this.announcements.close();
			String node = this.status.get().node();
			var unused = this.groupCommit.write((store) -> {
				this.cluster.leave(node);
				return node;
			});
		}
	}

}
