package io.gobstopper.store.task;

/**
 * Progress of one attempt.
 *
 * @param fence the attempt
 * @param progress how far it is
 */
public record ProgressReport(Fence fence, TaskProgress progress) {

	/**
	 * Returns the same report with its message in ASCII.
	 * @return the report
	 */
	public ProgressReport plain() {
		return new ProgressReport(this.fence,
				new TaskProgress(this.progress.percent(), PlainSettlement.plain(this.progress.message())));
	}

}
