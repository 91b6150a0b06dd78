/** So many different users log in again and again. */
export const persons = 1000
