/** How much of an agreed amount is invoiced, in whole percent; none where nothing is agreed. */
export const shareOf = (invoiced: number, agreed: number): number | undefined =>
  agreed === 0 ? undefined : Math.max(0, Math.round((invoiced / agreed) * 100));
