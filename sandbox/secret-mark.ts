/** Stands inside every secret the sandbox makes, so that a leak can be found by searching for it. */
export const secretMark = '5ec2e75ec2e7'
