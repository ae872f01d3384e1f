package io.gobstopper.actuate;

import java.util.Set;

import org.springframework.boot.actuate.endpoint.SecurityContext;

/**
 * Who may change tasks and categories, of those who can reach the endpoint.
 *
 * @param granted whether anybody may
 * @param roles of which roles one is needed; nobody needs one if there are none
 */
public record ChangePermission(boolean granted, Set<String> roles) {

	public ChangePermission {
		roles = Set.copyOf(roles);
	}

	boolean isGrantedTo(SecurityContext user) {
		return this.granted && (this.roles.isEmpty() || this.roles.stream().anyMatch(user::isUserInRole));
	}

}
