package io.gobstopper.error;

/**
 * Stands for a stored argument or result that cannot be shown, such as a number with
 * thousands of digits. It is stored as it is nevertheless.
 *
 * @param unreadable why, without the value itself
 */
public record UnreadableValue(String unreadable) {

}
