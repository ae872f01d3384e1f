package io.gobstopper.autoconfigure;

import java.util.LinkedHashSet;
import java.util.Set;

import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Properties of the Actuator endpoint of the task queue.
 */
@ConfigurationProperties("gobstopper.endpoint")
public class GobstopperEndpointProperties {

	/**
	 * When to show the arguments, results, errors, progress messages and idempotency keys
	 * of tasks.
	 */
	private Show showValues = Show.WHEN_AUTHORIZED;

	/**
	 * Roles of which a user needs one to be authorized; any authenticated user is if
	 * empty.
	 */
	private Set<String> roles = new LinkedHashSet<>();

	/**
	 * Roles of which a user needs one to change tasks, categories or the database; anyone
	 * who can reach the endpoint may if empty.
	 */
	private Set<String> writeRoles = new LinkedHashSet<>();

	public Show getShowValues() {
		return this.showValues;
	}

	public void setShowValues(Show showValues) {
		this.showValues = showValues;
	}

	public Set<String> getRoles() {
		return this.roles;
	}

	public void setRoles(Set<String> roles) {
		this.roles = roles;
	}

	public Set<String> getWriteRoles() {
		return this.writeRoles;
	}

	public void setWriteRoles(Set<String> writeRoles) {
		this.writeRoles = writeRoles;
	}

}
