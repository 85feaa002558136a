/** The one part of dcmjs that the demo generator uses, its dictionary; the package ships no types. */
declare module 'dcmjs' {
  const dcmjs: {
    data: {
      DicomMetaDictionary: {
        nameMap: Record<string, { readonly tag: string; readonly vr: string } | undefined>;
      };
    };
  };
  export default dcmjs;
}
