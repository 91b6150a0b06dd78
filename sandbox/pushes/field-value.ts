/** What a pushed message is made of; a bigint is a number whose digits are kept. */
export type FieldValue = string | number | bigint | boolean | Fields | FieldValue[]
export type Fields = { [name: string]: FieldValue }
