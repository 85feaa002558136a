/** The one part of dcmjs that we use, its dictionary; the package ships no types. */
declare module 'dcmjs' {
  const dcmjs: {
    data: {
      DicomMetaDictionary: {
        nameMap: Record<string, { readonly tag: string; readonly vr: string } | undefined>;
        /** By "(GGGG,EEEE)"; groups 50xx and 60xx are found by any of their numbers. */
        dictionary: Record<string, { readonly vr: string; readonly name: string } | undefined>;
      };
    };
  };
  export default dcmjs;
}
